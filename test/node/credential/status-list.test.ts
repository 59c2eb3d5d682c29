import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import { createHeaderAndPayload, getListFromStatusListJWT, StatusList } from '@sd-jwt/jwt-status-list'
import { expect } from 'chai'
import fc from 'fast-check'
import { type StatusBits, setStatus, statusAt } from '../../../node/credential/status-list.ts'
import {
  createStatusListToken,
  parseStatusListToken,
  verifyStatusListToken,
} from '../../../node/credential/status-token.ts'
import { fromBase64url } from '../../../node/lib/bytes.ts'
import { signJws } from '../../../node/lib/jose/jws.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { issuer, makeKey, NOW, refusal } from './support.ts'

const uri = 'https://id.example.kr/status-lists/4294967297'
const inflate = (compressed: Uint8Array) => new Uint8Array(inflateSync(compressed, { maxOutputLength: 2 ** 22 }))
const token = (list: Uint8Array) =>
  createStatusListToken(
    { uri, iat: NOW, exp: NOW + 3600, ttl: 300, compressed: deflateSync(list, { level: 9 }), x5c: ['MII'] },
    issuer.sign,
  )

describe('status bits', () => {
  it('are packed as the examples of the standard show', () => {
    const one = new Uint8Array([0xb9, 0xa3])
    const ones = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    expect(ones.map((_, i) => statusAt(one, 1, i))).to.deep.equal(ones)
    const two = new Uint8Array([0xc9, 0x44, 0xf9])
    const twos = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    expect(twos.map((_, i) => statusAt(two, 2, i))).to.deep.equal(twos)
    expect(statusAt(new Uint8Array([0xab]), 8, 0)).to.equal(0xab)
    expect([0, 1].map(i => statusAt(new Uint8Array([0xab]), 4, i))).to.deep.equal([0xb, 0xa])
  })

  it('are set without touching their neighbours', () => {
    const status = fc.constantFrom(...Object.values(CredentialStatus))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(63), status), { maxLength: 40 }), changes => {
        const list = new Uint8Array(16)
        const expected = Array.from({ length: 64 }, () => 0)
        for (const [index, value] of changes) {
          setStatus(list, index, value)
          expected[index] = value
        }
        expect(expected.map((_, i) => statusAt(list, 2, i))).to.deep.equal(expected)
        expect(new StatusList(expected, 2).encodeStatusList()).to.deep.equal(list)
      }),
    )
  })

  it('do not exist outside the list', () => {
    const list = new Uint8Array(4)
    for (const index of [-1, 16, 1.5, Number.NaN, 2 ** 40]) {
      refusal('CREDENTIAL_STATUS_LIST', () => statusAt(list, 2, index))
      refusal('CREDENTIAL_STATUS_LIST', () => setStatus(list, index, 1))
    }
  })
})

describe('Status List Token', () => {
  const list = new Uint8Array(32_768)
  setStatus(list, 5, CredentialStatus.INVALID)
  setStatus(list, 131_071, CredentialStatus.SUSPENDED)

  it('is read by @sd-jwt/jwt-status-list', () => {
    const read = getListFromStatusListJWT(token(list))
    expect([0, 5, 131_071].map(i => read.getStatus(i))).to.deep.equal([0, 1, 2])
  })

  it('reads what @sd-jwt/jwt-status-list writes', () => {
    const theirs = new StatusList([0, 1, 2, 0, 0, 0, 0, 2], 2)
    const { header, payload } = createHeaderAndPayload(
      theirs,
      { iss: 'x', sub: uri, iat: NOW, exp: NOW + 1 },
      { alg: 'ES256', typ: 'statuslist+jwt' },
    )
    const text = signJws(header, payload, issuer.sign)
    const { bits, compressed } = verifyStatusListToken(parseStatusListToken(text), issuer.publicKey, { uri, now: NOW })
    const read = inflate(compressed)
    expect([0, 1, 2, 7].map(i => statusAt(read, bits, i))).to.deep.equal([0, 1, 2, 2])
  })

  it('is parsed as it was created', () => {
    const parsed = verifyStatusListToken(parseStatusListToken(token(list)), issuer.publicKey, { uri, now: NOW })
    const { sub, iat, exp, ttl, bits, x5c } = parsed
    expect({ sub, iat, exp, ttl, bits, x5c }).to.deep.equal({
      sub: uri,
      iat: NOW,
      exp: NOW + 3600,
      ttl: 300,
      bits: 2,
      x5c: ['MII'],
    })
    expect(inflate(parsed.compressed)).to.deep.equal(list)
  })

  it('counts only with the right signature, subject and time', () => {
    const parsed = parseStatusListToken(token(list))
    const verify = (change: { uri?: string; now?: number } = {}, key = issuer) =>
      verifyStatusListToken(parsed, key.publicKey, { uri, now: NOW, ...change })
    expect(verify()).to.equal(parsed)
    expect(refusal('CREDENTIAL_STATUS_LIST', () => verify({}, makeKey())).reason).to.match(/signature/)
    expect(refusal('CREDENTIAL_STATUS_LIST', () => verify({ uri: `${uri}/` })).reason).to.match(/another list/)
    expect(refusal('CREDENTIAL_STATUS_LIST', () => verify({ now: NOW + 3600 })).reason).to.match(/expired/)
    expect(verify({ now: NOW + 3599 })).to.equal(parsed)
  })

  it('counts from its own time on, and is refused if that is in the future', () => {
    const at = (payload: object) => parseStatusListToken(signJws(header, { ...good, ...payload }, issuer.sign))
    const verify = (parsed: ReturnType<typeof at>) => verifyStatusListToken(parsed, issuer.publicKey, { uri, now: NOW })
    expect(verify(at({ nbf: NOW + 60, ttl: 0.5, exp: NOW + 0.5 })).ttl).to.equal(0.5)
    for (const times of [{ iat: NOW + 61 }, { nbf: NOW + 61 }, { iat: NOW - 9, nbf: NOW + 3600 }]) {
      expect(refusal('CREDENTIAL_STATUS_LIST', () => verify(at(times))).reason).to.match(/from the future/)
    }
  })

  const good = { sub: uri, iat: NOW, status_list: { bits: 2, lst: 'eNo76fITAAPfAgc' } }
  const broken: Record<string, object> = {
    'no subject': { sub: undefined },
    'no iat': { iat: undefined },
    'a ttl of zero': { ttl: 0 },
    'a negative exp': { exp: -1 },
    'an nbf that is no time': { nbf: 'soon' },
    'no list': { status_list: undefined },
    'three bits': { status_list: { bits: 3, lst: '' } },
    'a list that is not a text': { status_list: { bits: 2, lst: 1 } },
    'a list that is not base64url': { status_list: { bits: 2, lst: 'e+' } },
  }
  const header = { typ: 'statuslist+jwt' }
  for (const [what, change] of Object.entries(broken)) {
    it(`refuses ${what}`, () => {
      const text = signJws(header, { ...good, ...change }, issuer.sign)
      refusal('CREDENTIAL_STATUS_LIST', () => parseStatusListToken(text))
    })
  }

  it('refuses another type and another algorithm', () => {
    for (const one of [
      { alg: 'ES256', typ: 'JWT' },
      { alg: 'none', typ: 'statuslist+jwt' },
    ]) {
      const text = signJws(one, good, issuer.sign)
      refusal('CREDENTIAL_UNSUPPORTED', () => parseStatusListToken(text))
    }
  })
})

describe('the published vectors of the Token Status List', () => {
  const vectors = join(import.meta.dirname, '../../../../shared/vectors/status-list')

  if (!existsSync(vectors)) {
    it(`are not here: ${vectors} does not exist, so only the examples above were compared`)
    return
  }

  const files = readdirSync(vectors).filter(name => name.endsWith('_json.md'))

  it('are at least six', () => expect(files.length).to.be.at.least(6))

  for (const file of files) {
    it(file, () => {
      const text = readFileSync(join(vectors, file), 'utf8')
      const bits = Number(/"bits": (\d)/.exec(text)?.[1]) as StatusBits
      const lst = (/"lst": "([^"]*)"/.exec(text)?.[1] ?? '').replace(/\s/g, '')
      const list = inflate(fromBase64url(lst))
      const bytes = /byte_array = \[([^\]]*)\]/.exec(text)?.[1]
      if (bytes !== undefined) expect([...list]).to.deep.equal(bytes.split(',').map(Number))
      const oracle = StatusList.decompressStatusList(lst, bits)
      const count = Math.min((list.length * 8) / bits, 2 ** 20)
      const statuses = Array.from({ length: count }, (_, i) => statusAt(list, bits, i))
      expect(statuses.findIndex((status, i) => status !== oracle.getStatus(i))).to.equal(-1)
      const expected = LONG[file]
      if (expected === undefined) return
      const set = statuses.flatMap((status, i) => (status === 0 ? [] : [[i, status]]))
      expect(set).to.deep.equal(expected)
    })
  }
})

/** The values of the long lists in the standard ("Test vectors for Status List encoding"); all others are 0. */
const LONG: Record<string, [number, number][]> = {
  'status_list_encoding1_long_json.md': [
    0, 1993, 25_460, 159_495, 495_669, 554_353, 645_645, 723_232, 854_545, 934_534, 1_000_345,
  ].map(index => [index, 1]),
  'status_list_encoding2_long_json.md': [
    [0, 1],
    [1993, 2],
    [25_460, 1],
    [159_495, 3],
    [495_669, 1],
    [554_353, 1],
    [645_645, 2],
    [723_232, 1],
    [854_545, 1],
    [934_534, 2],
    [1_000_345, 3],
  ],
}

import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { verifyCredential } from '../../../../node/credential/credential.ts'
import { type Disclosure, parseDisclosure } from '../../../../node/credential/sd-jwt/disclosure.ts'
import { MAX_DISCLOSURES, MAX_LENGTH, parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { processDisclosures } from '../../../../node/credential/sd-jwt/process.ts'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import type { JsonObject } from '../../../../node/lib/json.ts'
import { presentSdJwt } from '../../../support/present-sd-jwt.ts'
import { oracle, oracleTime } from '../oracle.ts'
import { holder, ISS, issueOne, issuer, makeKey, NOW, refusal } from '../support.ts'

const encode = (content: unknown) => toBase64url(utf8(JSON.stringify(content)))
const disclose = (...content: unknown[]): Disclosure => parseDisclosure(encode(['salt', ...content]))
const digests = (...disclosures: Disclosure[]) => disclosures.map(({ digest }) => digest)

describe('processing disclosures (RFC 9901 §7.1)', () => {
  it('computes the digest of the standard', () => {
    // §4.2.3 of the RFC.
    const { digest, name, value } = parseDisclosure(
      'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0',
    )
    expect({ digest, name, value }).to.deep.equal({
      digest: 'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0',
      name: 'family_name',
      value: 'Möbius',
    })
  })

  const de = disclose('DE')
  const fr = disclose('FR')
  const nationalities = disclose('nationalities', [{ '...': de.digest }, { '...': fr.digest }, 'KR'])
  const street = disclose('street', '세종대로')
  const payload: JsonObject = {
    given_name: '길동',
    address: { city: '서울', _sd: digests(street) },
    _sd: digests(nationalities),
    _sd_alg: 'sha-256',
  }

  it('puts members, nested members and array elements in their places', () => {
    const processed = processDisclosures(payload, [fr, street, nationalities])
    expect(processed.payload).to.deep.equal({
      given_name: '길동',
      address: { city: '서울', street: '세종대로' },
      nationalities: ['FR', 'KR'],
    })
    expect(processed.placements.map(({ path }) => path)).to.deep.equal([
      ['address', 'street'],
      ['nationalities'],
      ['nationalities', 1],
    ])
  })

  it('removes every trace of withheld claims', () => {
    expect(processDisclosures(payload, []).payload).to.deep.equal({ given_name: '길동', address: { city: '서울' } })
    expect(processDisclosures({ _sd: [], _sd_alg: 'sha-256' }, []).payload).to.deep.equal({})
  })

  const broken: Record<string, [JsonObject, Disclosure[]]> = {
    'a disclosure no digest leads to': [payload, [disclose('made_up', 1)]],
    'an inner disclosure without the outer': [payload, [de]],
    'a disclosure given twice': [payload, [street, street]],
    'a digest twice in one list': [{ _sd: [...digests(street), ...digests(street)] }, []],
    'a digest twice at two levels': [{ a: { _sd: digests(street) }, _sd: digests(street) }, [street]],
    'a digest twice, once in an array': [{ a: [{ '...': de.digest }], _sd: digests(de) }, []],
    'a digest again inside a disclosure': [
      { _sd: [...digests(street), ...digests(disclose('a', { _sd: digests(street) }))] },
      [disclose('a', { _sd: digests(street) }), street],
    ],
    'an array element among members': [{ _sd: digests(de) }, [de]],
    'a member in an array': [{ a: [{ '...': street.digest }] }, [street]],
    'a claim that is in clear already': [{ street: 'x', _sd: digests(street) }, [street]],
    'the same claim from two disclosures': [
      { _sd: digests(street, disclose('street', 'other')) },
      [street, disclose('street', 'other')],
    ],
    '_sd that is no list': [{ _sd: 'x' }, []],
    '_sd that holds no text': [{ _sd: [1] }, []],
    '_sd that holds null': [{ _sd: [null] }, []],
    'a digest in an array that is not a text': [{ a: [{ '...': 1 }] }, []],
    'more beside a digest in an array': [{ a: [{ '...': 'x', b: 1 }] }, []],
    'dots outside an array': [{ a: { '...': 'x' } }, []],
    'dots at the top': [{ '...': 'x' }, []],
    '_sd_alg inside': [{ a: { _sd_alg: 'sha-256' } }, []],
    '_sd_alg inside a disclosure': [
      { _sd: digests(disclose('a', { _sd_alg: 'sha-256' })) },
      [disclose('a', { _sd_alg: 'sha-256' })],
    ],
  }
  for (const [what, [object, disclosures]] of Object.entries(broken)) {
    it(`refuses ${what}`, () => refusal('CREDENTIAL_BAD_DISCLOSURE', () => processDisclosures(object, disclosures)))
  }

  it('does not confuse claims with members that every object inherits', () => {
    const claim = disclose('toString', 1)
    expect(processDisclosures({ _sd: digests(claim) }, [claim]).payload).to.deep.equal({ toString: 1 })
  })

  const disclosures: Record<string, unknown> = {
    'the name _sd': ['s', '_sd', []],
    'the name ...': ['s', '...', 'x'],
    'the name _sd_alg': ['s', '_sd_alg', 'x'],
    'the name __proto__': ['s', '__proto__', { admin: true }],
    'a name that is not a text': ['s', 1, 'x'],
    'a salt that is not a text': [1, 'a', 'x'],
    'one member': ['s'],
    'four members': ['s', 'a', 'x', 'y'],
    'an object': { salt: 's' },
  }
  for (const [what, content] of Object.entries(disclosures)) {
    it(`refuses a disclosure with ${what}`, () => {
      refusal('CREDENTIAL_BAD_DISCLOSURE', () => parseDisclosure(encode(content)))
    })
  }

  for (const [what, text] of Object.entries({
    nothing: '',
    padding: `${encode(['salt', 'a', 1])}=`,
    'stray bits': 'WyJhIiwxXR',
    'a duplicate member in its value': toBase64url(utf8('["s","a",{"x":1,"x":2}]')),
    'a fraction': toBase64url(utf8('["s","a",1.5]')),
    'what is no UTF-8': toBase64url(new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d])),
  })) {
    it(`refuses a disclosure of ${what}`, () => refusal('CREDENTIAL_MALFORMED', () => parseDisclosure(text)))
  }
})

describe('parsing an SD-JWT', () => {
  const { text } = issueOne()
  const sign = (header: unknown, payload: unknown, raw = false) => {
    const part = (value: unknown) => toBase64url(utf8(raw ? String(value) : JSON.stringify(value)))
    const signingInput = `${part(header)}.${part(payload)}`
    return `${signingInput}.${toBase64url(issuer.sign(utf8(signingInput)))}~`
  }
  const header = { alg: 'ES256', typ: 'dc+sd-jwt' }

  it('recognises a key binding by the missing tilde at the end', () => {
    expect(parseSdJwt(text).keyBinding).to.equal(null)
    const bound = parseSdJwt(`${text}a.b.c`)
    expect(bound.keyBinding).to.equal('a.b.c')
    expect(bound.presented).to.equal(text)
  })

  const unsupported: Record<string, string> = {
    'alg none': sign({ ...header, alg: 'none' }, {}),
    'alg None': sign({ ...header, alg: 'None' }, {}),
    'alg HS256': sign({ ...header, alg: 'HS256' }, {}),
    'no alg': sign({ typ: 'dc+sd-jwt' }, {}),
    'another type': sign({ ...header, typ: 'JWT' }, {}),
    'no type': sign({ alg: 'ES256' }, {}),
    'a key binding as a credential': sign({ ...header, typ: 'kb+jwt' }, {}),
    'a critical header': sign({ ...header, crit: ['b64'], b64: false }, {}),
    'another digest': sign(header, { _sd_alg: 'sha-512' }),
    'a digest that is not a text': sign(header, { _sd_alg: 256 }),
  }
  for (const [what, one] of Object.entries(unsupported)) {
    it(`refuses ${what}`, () => refusal('CREDENTIAL_UNSUPPORTED', () => parseSdJwt(one)))
  }

  const [jwt] = text.split('~') as [string]
  const [head, body, signature] = jwt.split('.') as [string, string, string]
  const malformed: Record<string, string> = {
    nothing: '',
    'a bare JWT': jwt,
    'two parts': `${head}.${body}~`,
    'four parts': `${jwt}.x~`,
    'an empty disclosure': `${jwt}~~`,
    'white space': ` ${text}`,
    'a line break at the end': `${text}\n~`,
    padding: `${head}=.${body}.${signature}~`,
    'standard base64': `${head}.${body}.${'+'.repeat(86)}~`,
    'a payload that is no object': sign(header, []),
    'a header that is no object': sign('x', {}),
    'a duplicate member in the payload': sign(JSON.stringify(header), '{"iss":"a","iss":"b"}', true),
    'a duplicate member in the header': sign('{"alg":"none","alg":"ES256","typ":"dc+sd-jwt"}', '{}', true),
    'a fraction in the payload': sign(JSON.stringify(header), '{"iat":1.5}', true),
    'an integer beyond 2^53': sign(JSON.stringify(header), '{"iat":9007199254740993}', true),
    'too deep a nest': sign(JSON.stringify(header), `{"a":${'['.repeat(16)}${']'.repeat(16)}}`, true),
    'x5c that is no list': sign({ ...header, x5c: 'MII' }, {}),
    'x5c of no certificate': sign({ ...header, x5c: [] }, {}),
    'x5c of numbers': sign({ ...header, x5c: [1] }, {}),
    'x5c of nine': sign({ ...header, x5c: Array(9).fill('MII') }, {}),
    'too many disclosures': `${jwt}~${`${encode(['s', 'a', 1])}~`.repeat(MAX_DISCLOSURES + 1)}`,
    'too long a text': `${jwt}~${'A'.repeat(MAX_LENGTH)}~`,
  }
  for (const [what, one] of Object.entries(malformed)) {
    it(`refuses ${what}`, () => refusal('CREDENTIAL_MALFORMED', () => parseSdJwt(one)))
  }

  it('throws only its own error for any text', () => {
    const chunk = fc.oneof(fc.constantFrom('.', '~', head, body, signature, jwt), fc.string({ maxLength: 10 }))
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), chunks => {
        try {
          parseSdJwt(chunks.join(''))
        } catch (error) {
          expect((error as Error).name).to.equal('CredentialError')
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('verifyCredential', () => {
  const { text } = issueOne()

  it('refuses the signature of another key', () => {
    refusal('CREDENTIAL_BAD_SIGNATURE', () => verifyCredential(parseSdJwt(text), makeKey().publicKey))
  })

  it('refuses a signature that is missing or of another length', () => {
    const [head, body] = text.split('.') as [string, string]
    for (const signature of ['', 'AA', toBase64url(new Uint8Array(64)), toBase64url(new Uint8Array(65))]) {
      const forged = `${head}.${body}.${signature}~`
      refusal('CREDENTIAL_BAD_SIGNATURE', () => verifyCredential(parseSdJwt(forged), issuer.publicKey))
    }
  })

  const build = (payload: object, disclosures: string[] = []) => {
    const part = (value: unknown) => toBase64url(utf8(JSON.stringify(value)))
    const signingInput = `${part({ alg: 'ES256', typ: 'dc+sd-jwt' })}.${part(payload)}`
    return [`${signingInput}.${toBase64url(issuer.sign(utf8(signingInput)))}`, ...disclosures, ''].join('~')
  }
  const members = {
    iss: ISS,
    vct: 'urn:x',
    iat: 1,
    exp: 2,
    cnf: { jwk: holder.jwk },
    status: { status_list: { idx: 0, uri: 'https://x' } },
  }
  const verify = (one: string) => verifyCredential(parseSdJwt(one), issuer.publicKey)

  it('requires every member that cards have, with the right type', () => {
    expect(verify(build(members)).nbf).to.equal(null)
    expect(verify(build({ ...members, nbf: 1 })).nbf).to.equal(1)
    const hash = `sha256-${'A'.repeat(43)}=`
    for (const integrity of [hash, `${hash}?x ${hash}`, `sha512-${'A'.repeat(86)}==`]) {
      verify(build({ ...members, 'vct#integrity': integrity }))
    }
    const broken: object[] = [
      { iss: undefined },
      { vct: 1 },
      { iat: '1' },
      { exp: undefined },
      { nbf: 'x' },
      { 'vct#integrity': 7 },
      { 'vct#integrity': '' },
      { 'vct#integrity': 'sha256-' },
      { 'vct#integrity': `md5-${'A'.repeat(43)}=` },
      { 'vct#integrity': `sha256-${'A'.repeat(43)}` },
      { 'vct#integrity': `sha256-${'-'.repeat(43)}=` },
      { 'vct#integrity': `sha256-${'A'.repeat(43)}=,sha256-${'A'.repeat(43)}=` },
      { cnf: undefined },
      { cnf: { jwk: { ...holder.jwk, crv: 'P-384' } } },
      { cnf: { jwk: { ...holder.jwk, x: 'AAAA' } } },
      { cnf: { jwk: { ...holder.jwk, x: `${'A'.repeat(42)}B` } } },
      { cnf: { kid: 'x' } },
      { status: undefined },
      { status: { status_list: { idx: -1, uri: 'x' } } },
      { status: { status_list: { idx: 0 } } },
      { anchor_pending: false },
      { anchor_pending: 'yes' },
      { anchor_pending: true, exp: members.iat + 3 * 86_400 + 1 },
    ]
    for (const change of broken) refusal('CREDENTIAL_MALFORMED', () => verify(build({ ...members, ...change })))
  })

  for (const name of ['iss', 'iat', 'nbf', 'exp', 'cnf', 'vct', 'status', 'vct#integrity', 'anchor_pending']) {
    it(`refuses ${name} in a disclosure`, () => {
      const disclosure = encode(['salt', name, 1])
      const digest = createHash('sha256').update(disclosure).digest('base64url')
      const { [name as 'iss']: _, ...rest } = members
      refusal('CREDENTIAL_BAD_DISCLOSURE', () => verify(build({ ...rest, _sd: [digest] }, [disclosure])))
    })
  }

  it('refuses a disclosure inside one of them: one card would be several', () => {
    const jwk = encode(['salt', 'jwk', holder.jwk])
    const list = encode(['salt', 'status_list', members.status.status_list])
    const uri = encode(['salt', 'uri', 'https://x'])
    const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url')
    const changes: [object, string][] = [
      [{ cnf: { _sd: [digestOf(jwk)] } }, jwk],
      [{ status: { _sd: [digestOf(list)] } }, list],
      [{ status: { status_list: { idx: 0, _sd: [digestOf(uri)] } } }, uri],
    ]
    for (const [change, disclosure] of changes) {
      refusal('CREDENTIAL_BAD_DISCLOSURE', () => verify(build({ ...members, ...change }, [disclosure])))
    }
    const { claims } = verify(build({ ...members, other: { _sd: [digestOf(jwk)] } }, [jwk]))
    expect(claims.other).to.deep.equal({ jwk: holder.jwk })
  })

  it('reads what @sd-jwt/sd-jwt-vc issues: nested, in arrays, recursive, with decoys', async () => {
    const value = fc.jsonValue({ maxDepth: 1 }).map(one => JSON.parse(JSON.stringify(one, integersOnly)))
    const claims = fc.record({
      name: fc.string({ unit: 'grapheme' }).map(one => one.toWellFormed()),
      list: fc.array(fc.integer(), { minLength: 2, maxLength: 4 }),
      nested: fc.record({ one: value, two: fc.boolean() }),
      open: fc.nat(),
    })
    const frame = {
      _sd: ['name', 'list', 'nested'],
      _sd_decoy: 2,
      list: { _sd: [0, 1] },
      nested: { _sd: ['one', 'two'] },
    }
    await fc.assert(
      fc.asyncProperty(claims, fc.func(fc.boolean()), async (given, keep) => {
        const issued = await oracle().issue({ ...members, iat: NOW, exp: NOW + 9, ...given }, frame as never)
        const credential = verify(issued)
        expect(credential.claims).to.deep.equal(given)
        const { status, ...withoutStatus } = members
        expect(status).to.be.an('object')
        expect(withoutStatus.iss).to.equal(credential.iss)
        const shown = presentSdJwt(parseSdJwt(issued), path => keep(path.join('/')))
        const ours = verify(shown)
        const theirs = await oracle().getClaims(shown)
        expect(ours.payload).to.deep.equal(theirs)
      }),
      { numRuns: 60 },
    )
  })

  it('is read by @sd-jwt/sd-jwt-vc, whichever claims are withheld', async () => {
    await fc.assert(
      fc.asyncProperty(fc.func(fc.boolean()), async keep => {
        const shown = presentSdJwt(parseSdJwt(text), path => keep(path.join('/')))
        const { payload } = await oracle().validate(shown, oracleTime)
        expect(payload).to.deep.equal(verify(shown).payload)
      }),
      { numRuns: 30 },
    )
  })

  it('shows exactly the claims a DCQL query names', async () => {
    const shown = presentSdJwt(parseSdJwt(text), path => path.join('/') === 'age_equal_or_over/19')
    expect(verify(shown).claims).to.deep.equal({ age_equal_or_over: { '19': true } })
    const theirs = await oracle().present<Record<string, unknown>>(text, { age_equal_or_over: { '19': true } })
    expect(verify(theirs).claims).to.deep.equal({ age_equal_or_over: { '19': true } })
  })
})

function integersOnly(_name: string, value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value % 2 ** 50) + 0
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const reserved = (key: string) => ['_sd', '...', '_sd_alg', '_sd_decoy', '__proto__'].includes(key)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !reserved(key))
      .map(([key, member]) => [key.toWellFormed(), member]),
  )
}

import { expect } from 'chai'
import { compactVerify, importJWK } from 'jose'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { isSignedBy, type JwsKind, parseJws, signJws } from '../../../../node/lib/jose/jws.ts'
import { ParseError, type ParseFailure } from '../../../../node/lib/parse-error.ts'
import { holder, issuer } from '../../credential/support.ts'

const KIND: JwsKind = { typ: 'test+jwt' }
const payload = { 이름: '홍', n: 1 }
const text = signJws({ typ: 'test+jwt' }, payload, issuer.sign)
const part = (value: unknown) => toBase64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)))
const withHeader = (header: unknown) => [part(header), ...text.split('.').slice(1)].join('.')

function refusal(run: () => unknown): ParseFailure {
  try {
    run()
  } catch (error) {
    if (error instanceof ParseError) return error.detail
    throw error
  }
  throw new Error('nothing was refused')
}

describe('JWS', () => {
  it('is read by jose', async () => {
    const read = await compactVerify(text, await importJWK({ ...issuer.publicKey.jwk }, 'ES256'))
    expect(read.protectedHeader).to.deep.equal({ alg: 'ES256', typ: 'test+jwt' })
    expect(JSON.parse(new TextDecoder().decode(read.payload))).to.deep.equal(payload)
  })

  it('is parsed as it was signed, and verifies with its own key only', () => {
    const jws = parseJws(text, KIND)
    expect(jws.header).to.deep.equal({ alg: 'ES256', typ: 'test+jwt' })
    expect(jws.headerBytes).to.deep.equal(utf8('{"alg":"ES256","typ":"test+jwt"}'))
    expect(jws.payload).to.deep.equal(payload)
    expect(jws.payloadText).to.equal(JSON.stringify(payload))
    expect(isSignedBy(jws, issuer.publicKey)).to.equal(true)
    expect(isSignedBy(jws, holder.publicKey)).to.equal(false)
    expect(isSignedBy({ ...jws, signingInput: `${jws.signingInput.slice(0, -1)}x` }, issuer.publicKey)).to.equal(false)
  })

  it('is of one type, ES256, and without a critical header', () => {
    const header = { alg: 'ES256', typ: 'test+jwt' }
    expect(refusal(() => parseJws(withHeader({ ...header, typ: 'other' }), KIND))).to.include({ what: 'typ' })
    expect(refusal(() => parseJws(withHeader({ ...header, alg: 'none' }), KIND))).to.include({ what: 'alg' })
    expect(refusal(() => parseJws(withHeader({ ...header, crit: ['x'] }), KIND))).to.include({ what: 'crit' })
    for (const change of [{ typ: 'other' }, { alg: 'none' }, { crit: [] }]) {
      const { code } = refusal(() => parseJws(withHeader({ ...header, ...change }), KIND))
      expect(code).to.equal('PARSE_UNSUPPORTED')
    }
  })

  it('caches a header for its own kind only', () => {
    parseJws(text, KIND)
    expect(refusal(() => parseJws(text, { typ: 'other+jwt' }))).to.include({ what: 'typ' })
  })

  it('has three parts in canonical base64url, two of them JSON objects', () => {
    const [header = '', body = '', signature = ''] = text.split('.')
    const broken: Record<string, ParseFailure['code']> = {
      [`${header}.${body}`]: 'PARSE_VALUE',
      [`${text}.`]: 'PARSE_VALUE',
      '': 'PARSE_VALUE',
      [`${header}=.${body}.${signature}`]: 'PARSE_ENCODING',
      [`${header}.${body}.${signature}=`]: 'PARSE_ENCODING',
      [`${header}.${toBase64url(new Uint8Array([0xff]))}.${signature}`]: 'PARSE_ENCODING',
      [`${header}.${part('[]')}.${signature}`]: 'PARSE_JSON',
      [`${header}.${part('{"a":1,"a":1}')}.${signature}`]: 'PARSE_JSON',
      [`${header}.${part('{"a":0.5}')}.${signature}`]: 'PARSE_JSON',
      [`${part('x')}.${body}.${signature}`]: 'PARSE_JSON',
    }
    for (const [one, code] of Object.entries(broken)) {
      expect(refusal(() => parseJws(one, KIND)).code, one).to.equal(code)
    }
    expect(refusal(() => parseJws(text, { ...KIND, maxLength: text.length - 1 }))).to.deep.equal({
      code: 'PARSE_LENGTH',
      what: 'JWS',
      expected: `at most ${text.length - 1} characters`,
      actual: text.length,
    })
    expect(parseJws(`${header}.${part('{"a":0.5}')}.${signature}`, { ...KIND, numbers: 'any' }).payload.a).to.equal(0.5)
  })

  it('is not created with a signature of another length, which is an internal fault', () => {
    expect(() => signJws({}, {}, () => new Uint8Array(70))).to.throw(TypeError)
  })
})

import { expect } from 'chai'
import { CompactEncrypt, exportJWK, generateKeyPair, type JWK } from 'jose'
import { fromUtf8, textFromBase64url, textToBase64url, toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { type DecryptionKey, decryptJwe } from '../../../../node/lib/jose/jwe.ts'
import { ParseError } from '../../../../node/lib/parse-error.ts'
import { failureOf } from '../../../support/failure.ts'

describe('JWE', () => {
  let key: DecryptionKey
  let own: CryptoKey
  before(async () => {
    const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
    own = pair.publicKey
    const privateKey = { ...(await exportJWK(pair.privateKey)), alg: 'ECDH-ES' } as JWK
    key = { kid: 'one', privateKey, methods: ['A128GCM'], maxLength: 100 }
  })
  const encrypt = (header: object = {}, to = own, length = 64) =>
    new CompactEncrypt(utf8('x'.repeat(length)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'one', ...header })
      .encrypt(to)

  function withHeader(jwe: string, change: (header: Record<string, unknown>) => object): string {
    const [header = '', ...rest] = jwe.split('.')
    return [textToBase64url(JSON.stringify(change(JSON.parse(textFromBase64url(header))))), ...rest].join('.')
  }

  it('opens what is encrypted to its key', async () => {
    expect(fromUtf8(await decryptJwe(await encrypt(), key))).to.equal('x'.repeat(64))
    expect(fromUtf8(await decryptJwe(await encrypt({ kid: undefined }), key))).to.equal('x'.repeat(64))
  })

  it('unpacks a compressed plaintext, up to its bound', async () => {
    expect(await decryptJwe(await encrypt({ zip: 'DEF' }, own, 100), key)).to.have.length(100)
  })

  it('refuses anything else with a ParseError', async () => {
    const good = await encrypt()
    const other = await generateKeyPair('ECDH-ES', { crv: 'P-256' })
    const point = { kty: 'EC', crv: 'P-256', x: toBase64url(new Uint8Array(32)), y: toBase64url(new Uint8Array(32)) }
    const broken: Record<string, string> = {
      'another key': await encrypt({}, other.publicKey),
      'another kid': await encrypt({ kid: 'two' }),
      'another method': await encrypt({ enc: 'A256GCM' }),
      'another compression': withHeader(good, header => ({ ...header, zip: 'GZ' })),
      'more than the bound': await encrypt({}, own, 101),
      'more than the bound when unpacked': await encrypt({ zip: 'DEF' }, own, 101),
      'very much more when unpacked': await encrypt({ zip: 'DEF' }, own, 50_000_000),
      'a header changed': withHeader(good, header => ({ ...header, more: 1 })),
      'no key in the header': withHeader(good, ({ epk: _, ...header }) => header),
      'a point off the curve': withHeader(good, header => ({ ...header, epk: point })),
      'a text': 'x',
      'four parts': good.split('.').slice(1).join('.'),
      'a tag changed': `${good.slice(0, -2)}AA`,
    }
    for (const [what, text] of Object.entries(broken)) {
      expect(await failureOf(decryptJwe(text, key)), what).to.be.instanceOf(ParseError)
    }
  })

  it('does not report an internal fault as bad input', async () => {
    const failure = await failureOf(decryptJwe(await encrypt(), { ...key, privateKey: {} as JWK }))
    expect(failure).to.be.instanceOf(Error).and.not.instanceOf(ParseError)
  })
})

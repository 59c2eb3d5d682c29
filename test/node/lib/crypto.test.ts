import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { concat, fromHex, toHex, utf8 } from '../../../node/lib/bytes.ts'
import * as browser from '../../../node/lib/crypto.browser.ts'
import * as node from '../../../node/lib/crypto.node.ts'
import * as standalone from '../../../node/lib/crypto.standalone.ts'
import type { Crypto, P256Jwk } from '../../../node/lib/crypto.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'

const platforms: Record<string, Crypto> = { node, browser, standalone }

describe('the primitives are the same on every platform', () => {
  it('SHA-256 and keccak-256', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { maxLength: 3 }), fc.string({ unit: 'grapheme' }), (parts, text) => {
        expect(toHex(node.sha256(...parts))).to.equal(toHex(browser.sha256(...parts)))
        expect(toHex(node.keccak256(concat(...parts)))).to.equal(toHex(browser.keccak256(concat(...parts))))
        expect(node.sha256Base64url(text)).to.equal(browser.sha256Base64url(text))
        expect(node.sha256Base64url(text)).to.equal(node.sha256Base64url(utf8(text)))
      }),
    )
  })

  it('SHA-256 of "abc" is the one of FIPS 180-4', () => {
    for (const platform of Object.values(platforms)) {
      expect(platform.sha256Base64url('abc')).to.equal('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
    }
  })

  it('Ed25519, as RFC 8032 §7.1 shows it', () => {
    const key = fromHex('0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    const signature = fromHex(
      '0x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
    for (const [name, { verifyEd25519 }] of Object.entries(platforms)) {
      expect(verifyEd25519(key, Uint8Array.of(0x72), signature), name).to.equal(true)
      expect(verifyEd25519(key, Uint8Array.of(0x73), signature), name).to.equal(false)
      expect(verifyEd25519(key, Uint8Array.of(0x72), signature.slice(1)), name).to.equal(false)
      for (const wrong of [key.slice(1), new Uint8Array(32).fill(0xff), new Uint8Array(0)]) {
        expect(verifyEd25519(wrong, Uint8Array.of(0x72), signature), name).to.equal(false)
      }
      for (let i = 0; i < 64; i++) {
        const changed = signature.map((byte, at) => (at === i ? byte ^ 0x80 : byte))
        expect(verifyEd25519(key, Uint8Array.of(0x72), changed), `${name}, byte ${i}`).to.equal(false)
      }
    }
  })

  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as unknown as P256Jwk
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  const data = utf8('signed')
  const signature = new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }))

  for (const [name, platform] of Object.entries(platforms)) {
    describe(name, () => {
      it('imports a key by JWK and by SPKI alike, and verifies with it', () => {
        for (const key of [platform.importP256(jwk), platform.importP256Spki(spki)]) {
          expect(toHex(key.spki)).to.equal(toHex(spki))
          expect(key.jwk).to.deep.equal({ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y })
          expect(key.verify(data, signature)).to.equal(true)
          expect(key.verify(utf8('another'), signature)).to.equal(false)
          expect(key.verify(data, signature.slice(0, 63))).to.equal(false)
          expect(key.verify(data, new Uint8Array(64))).to.equal(false)
          const flipped = signature.slice()
          flipped[40] = (flipped[40] as number) ^ 1
          expect(key.verify(data, flipped)).to.equal(false)
        }
      })

      it('refuses values that are not a point on the curve, or not a key', () => {
        const offCurve = { ...jwk, y: jwk.x }
        expect(() => createPublicKey({ key: { ...offCurve }, format: 'jwk' })).to.throw()
        const zero = 'A'.repeat(43)
        const broken: unknown[] = [
          offCurve,
          { ...jwk, x: zero, y: zero },
          { ...jwk, x: 'AAAA' },
          { ...jwk, x: `${jwk.x}=` },
          { ...jwk, crv: 'P-384' },
          { ...jwk, kty: 'OKP' },
          // p itself: a coordinate that is not reduced.
          { ...jwk, x: '_____wAAAAEAAAAAAAAAAAAAAAD_______________8' },
        ]
        for (const key of broken) expect(() => platform.importP256(key as P256Jwk)).to.throw(ParseError)
        const wrongPrefix = spki.slice()
        wrongPrefix[5] = 0
        const infinity = concat(spki.slice(0, 26), new Uint8Array([0]))
        for (const der of [spki.slice(0, 90), concat(spki, new Uint8Array(1)), wrongPrefix, infinity]) {
          expect(() => platform.importP256Spki(der)).to.throw(ParseError)
        }
      })
    })
  }
})

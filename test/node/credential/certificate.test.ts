import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { certificateKey } from '../../../node/credential/certificate.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { IssuerKeys } from '../../../node/verifier/issuer-keys.ts'
import { issuer } from '../verifier/support.ts'

const [text = ''] = issuer.x5c
const der = new Uint8Array(Buffer.from(text, 'base64'))

describe('certificate', () => {
  it('gives its key', () => {
    expect(certificateKey(der).spki).to.deep.equal(issuer.signer.publicKey.spki)
  })

  it('is refused if it ends early, if bytes follow it, or in another format', () => {
    for (let length = 0; length < der.length; length++) {
      expect(() => certificateKey(der.subarray(0, length)), String(length)).to.throw(ParseError)
    }
    expect(() => certificateKey(Buffer.concat([der, new Uint8Array(1)]))).to.throw(ParseError)
    expect(() => certificateKey(issuer.signer.publicKey.spki)).to.throw(ParseError)
    expect(() => certificateKey(new Uint8Array(9000).fill(0x30))).to.throw(ParseError)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'der' })
    expect(() => certificateKey(other)).to.throw(ParseError)
  })

  it('changed in any byte, gives a key or a ParseError, and never another failure', () => {
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = der.slice()
        changed[at] = (changed[at] ?? 0) ^ flip
        try {
          certificateKey(changed)
        } catch (error) {
          expect(error).to.be.instanceOf(ParseError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('issuer keys', () => {
  it('have the id of the registry, and are parsed once', () => {
    const keys = new IssuerKeys()
    const found = keys.of(text)
    expect(found.keyId).to.equal(issuer.signer.keyId)
    expect(keys.of(text)).to.equal(found)
  })

  it('are refused in base64 that is not canonical', () => {
    for (const wrong of ['', `${text}=`, text.replace('/', '_'), `${text} `, text.slice(1)]) {
      if (wrong !== text) expect(() => new IssuerKeys().of(wrong), wrong.slice(-8)).to.throw(ParseError)
    }
  })
})

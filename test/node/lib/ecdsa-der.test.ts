import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { concat, toHex } from '../../../node/lib/bytes.ts'
import { fromDer, toDer } from '../../../node/lib/ecdsa-der.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** 32 bytes, with a beginning of zeros more often than chance gives it. */
const half = fc
  .tuple(fc.nat(32), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([zeros, bytes]) => bytes.fill(0, 0, zeros))

describe('the forms of an ECDSA signature', () => {
  it('OpenSSL accepts r ‖ s in DER, and its DER becomes r ‖ s', () => {
    for (let i = 0; i < 1000; i++) {
      const data = Buffer.from(String(i))
      const raw = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      expect(verify('sha256', data, publicKey, toDer(raw))).to.equal(true)
      const own = fromDer(sign('sha256', data, privateKey))
      expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, own)).to.equal(true)
    }
  })

  it('each converts back to the other', () => {
    fc.assert(
      fc.property(half, half, (r, s) => {
        expect(toHex(fromDer(toDer(concat(r, s))))).to.equal(toHex(concat(r, s)))
      }),
    )
  })

  it('an INTEGER has the shortest form, and a zero byte before its highest bit', () => {
    const signature = new Uint8Array(64)
    expect(toHex(toDer(signature))).to.equal('0x3006020100020100')
    signature[31] = 0x7f
    signature[63] = 0x80
    expect(toHex(toDer(signature))).to.equal('0x300702017f02020080')
    expect(toDer(signature.fill(0xff)).length).to.equal(72)
  })
})

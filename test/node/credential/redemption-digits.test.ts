import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { redemptionDigits } from '../../../node/credential/redemption-digits.ts'

/** Computed with Python's hashlib. The first two thumbprints are those of RFC 9449, section 6.1, and RFC 7638, section 3.1. */
const VECTORS = [
  ['0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I', 'SplxlOBeZQQYbYS6WxSbIA', '30'],
  ['NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'oaKazRN8I0IbtZ0C7JuMn5', '84'],
  ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '', '81'],
] as const

describe('the two digits of a redemption', () => {
  it('are these of the test vectors', () => {
    const found = VECTORS.map(([thumbprint, code]) => redemptionDigits(thumbprint, code))
    expect(found).to.deep.equal(VECTORS.map(([, , digits]) => digits))
  })

  it('are the hash of the octets of thumbprint and code, modulo 100', () => {
    for (let i = 0; i < 200; i++) {
      const thumbprint = createHash('sha256').update(`key ${i}`).digest()
      const code = createHash('sha256').update(`code ${i}`).digest('base64url')
      const hash = createHash('sha256').update(thumbprint).update(code, 'ascii').digest('hex')
      const expected = String(BigInt(`0x${hash}`) % 100n).padStart(2, '0')
      expect(redemptionDigits(thumbprint.toString('base64url'), code)).to.equal(expected)
    }
  })
})

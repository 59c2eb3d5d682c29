import { expect } from 'chai'
import fc from 'fast-check'
import { formatRecoveryCode, parseRecoveryCode } from '../../../node/lib/recovery-code.ts'

const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 })
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('a recovery code', () => {
  it('has nine groups of three characters, and none that look alike', () => {
    fc.assert(
      fc.property(bytes, given => {
        const code = formatRecoveryCode(given)
        expect(code).to.match(/^([0-9A-HJKMNP-TV-Z]{3} ){8}[0-9A-HJKMNP-TV-Z]{3}$/)
        expect(parseRecoveryCode(code)).to.deep.equal(given)
      }),
    )
    expect(() => formatRecoveryCode(new Uint8Array(15))).to.throw()
  })

  it('is read in small letters, with hyphens, without spaces, and with characters that look alike', () => {
    const given = new Uint8Array(16).fill(0x11)
    const code = formatRecoveryCode(given)
    const typed = [
      code.toLowerCase(),
      code.replaceAll(' ', ''),
      code.replaceAll(' ', '-'),
      `  ${code} `,
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ]
    for (const text of typed) expect(parseRecoveryCode(text), text).to.deep.equal(given)
  })

  it('with one wrong character is refused, whatever the character', () => {
    fc.assert(
      fc.property(bytes, fc.nat(26), fc.nat(31), (given, at, other) => {
        const code = formatRecoveryCode(given).replaceAll(' ', '')
        const wrong = ALPHABET[other] as string
        if (code[at] === wrong) return
        expect(parseRecoveryCode(code.slice(0, at) + wrong + code.slice(at + 1))).to.equal(undefined)
      }),
    )
  })

  it('that is too short, too long or none at all is refused', () => {
    const code = formatRecoveryCode(new Uint8Array(16).fill(7))
    for (const text of ['', code.slice(0, -1), `${code}0`, '주민등록번호', 'A'.repeat(10_000), '*'.repeat(27)]) {
      expect(parseRecoveryCode(text), text.slice(0, 40)).to.equal(undefined)
    }
  })
})

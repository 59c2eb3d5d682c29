/**
 * A recovery code as people copy, read aloud and type it: 128 random bits in Crockford's base32, which has no I, L, O or U,
 * and a check character, in nine groups of three.
 *
 *   7ZK 2MQ 0HD  4VX 9TB 61R  WNE 5CJ 8GP
 */
import { wrongLength } from './parse-error.ts'

export const CODE_BYTES = 16
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Characters of the code without its check character. */
const LENGTH = 26
const GROUP = 3
/** What people type for a character that looks alike. */
const ALIKE: ReadonlyMap<string, string> = new Map([
  ['I', '1'],
  ['L', '1'],
  ['O', '0'],
  ['U', 'V'],
])

/** @throws {ParseError} PARSE_LENGTH unless there are 16 bytes */
export function formatRecoveryCode(bytes: Uint8Array): string {
  if (bytes.length !== CODE_BYTES) throw wrongLength('recovery code', `${CODE_BYTES} bytes`, bytes.length)
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (let i = 0; i < LENGTH; i++) {
    text = (ALPHABET[Number(value & 31n)] as string) + text
    value >>= 5n
  }
  const whole = text + ALPHABET[checkOf(text)]
  return Array.from({ length: whole.length / GROUP }, (_, i) => whole.slice(i * GROUP, (i + 1) * GROUP)).join(' ')
}

/**
 * Reads a code in any grouping, in small or capital letters.
 * @returns undefined if a character is wrong, missing or at another place: the check character catches each single one
 */
export function parseRecoveryCode(text: string): Uint8Array | undefined {
  if (text.length > 256) return undefined
  const typed = [...text.toUpperCase()].filter(each => !/[\s-]/.test(each)).map(each => ALIKE.get(each) ?? each)
  if (typed.length !== LENGTH + 1 || typed.some(each => !ALPHABET.includes(each))) return undefined
  const code = typed.slice(0, LENGTH).join('')
  if (ALPHABET.indexOf(typed[LENGTH] as string) !== checkOf(code)) return undefined
  let value = [...code].reduce((sum, each) => (sum << 5n) | BigInt(ALPHABET.indexOf(each)), 0n)
  if (value >> 128n !== 0n) return undefined
  const bytes = new Uint8Array(CODE_BYTES)
  for (let i = CODE_BYTES - 1; i >= 0; i--) {
    bytes[i] = Number(value & 255n)
    value >>= 8n
  }
  return bytes
}

/** Luhn's algorithm with base 32: every wrong character changes it, and nearly every exchange of two neighbours. */
function checkOf(code: string): number {
  const sum = [...code].reverse().reduce((total, each, i) => {
    const value = ALPHABET.indexOf(each) * (i % 2 === 0 ? 2 : 1)
    return total + Math.floor(value / 32) + (value % 32)
  }, 0)
  return (32 - (sum % 32)) % 32
}

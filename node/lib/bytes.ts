/** Byte strings and their encodings: big-endian. Every decoder accepts the canonical encoding only. */
import { wrongEncoding, wrongValue } from './parse-error.ts'

export type Hex = `0x${string}`

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** @throws {ParseError} PARSE_ENCODING */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw wrongEncoding('UTF-8', 'malformed bytes', cause)
  }
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => concatAll(parts)

/** Takes a list, since some hundred thousand parts as arguments would overflow the stack. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** For public values: the time it takes depends on them. For secrets use `equalSecret` (keys/secret.ts). */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const HEX_DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function toHex(bytes: Uint8Array): Hex {
  let text = '0x'
  for (const byte of bytes) text += HEX_DIGITS[byte]
  return text as Hex
}

/** The value of an ASCII hex digit. A letter has bit 6 set, and its value is 9 more than its low four bits. */
const hexDigit = (code: number): number => (code & 15) + (code >> 6) * 9

/** @throws {ParseError} PARSE_ENCODING unless the text is `0x` and an even number of hex digits */
export function fromHex(text: string): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(text)) throw wrongEncoding('hex', '0x and whole bytes expected')
  const out = new Uint8Array(text.length / 2 - 1)
  for (let i = 0; i < out.length; i++) {
    out[i] = (hexDigit(text.charCodeAt(2 + 2 * i)) << 4) | hexDigit(text.charCodeAt(3 + 2 * i))
  }
  return out
}

/** A JSON-RPC quantity: hex without leading zeros. */
export const toQuantity = (value: number | bigint): Hex => `0x${value.toString(16)}`

/**
 * A JSON-RPC quantity in a node's answer, as a number.
 * @throws {ParseError} PARSE_VALUE, also beyond 2^53 - 1
 */
export function parseQuantity(value: unknown, what: string): number {
  const number = quantityOf(value)
  if (number === undefined) throw wrongValue(what, 'not a JSON-RPC quantity')
  return number
}

/** The same without an error: undefined if the value is not a quantity, or is beyond 2^53 - 1. */
export function quantityOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,14}$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SEXTETS = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) SEXTETS[ALPHABET.charCodeAt(i)] = i

/** Node's codec, where it exists: it is ten times faster. The portable functions below define what it must do. */
const native: typeof Buffer | undefined = globalThis.Buffer

/** Scratch space for the native codec: allocating a Buffer for each call would cost more than the encoding. */
const scratch = native?.allocUnsafeSlow(16_384)

/** RFC 4648 §5 without padding, as JOSE uses it. */
export function toBase64url(bytes: Uint8Array): string {
  if (native === undefined || scratch === undefined) return toBase64urlPortable(bytes)
  if (bytes.length > scratch.length) {
    return native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
  }
  scratch.set(bytes)
  return scratch.toString('base64url', 0, bytes.length)
}

/**
 * Refuses padding, other alphabets and bits beyond the last byte, so that texts and byte strings correspond one to one.
 * @throws {ParseError} PARSE_ENCODING
 */
export function fromBase64url(text: string): Uint8Array {
  if (native === undefined || scratch === undefined) return fromBase64urlPortable(text)
  const target = text.length > scratch.length ? native.allocUnsafeSlow(text.length) : scratch
  const length = decodeInto(target, text)
  // A plain Uint8Array with its own memory: not a Buffer, and not a view of shared memory.
  const bytes = new Uint8Array(length)
  target.copy(bytes, 0, 0, length)
  return bytes
}

/** The native decoder accepts too much. Encoding the result again detects that. */
function decodeInto(target: Buffer, text: string): number {
  const length = target.write(text, 'base64url')
  if (target.toString('base64url', 0, length) !== text) throw wrongEncoding('base64url', 'not canonical')
  return length
}

/** base64url of the UTF-8 of a text. */
export function textToBase64url(text: string): string {
  if (scratch === undefined || text.length * 3 > scratch.length) return toBase64url(utf8(text))
  return scratch.toString('base64url', 0, scratch.write(text, 'utf8'))
}

/**
 * The text whose UTF-8 is encoded.
 * @throws {ParseError} PARSE_ENCODING
 */
export function textFromBase64url(text: string): string {
  if (scratch === undefined || text.length > scratch.length) return fromUtf8(fromBase64url(text))
  const length = decodeInto(scratch, text)
  const decoded = scratch.toString('utf8', 0, length)
  // The native decoder replaces malformed bytes by U+FFFD. If there is one, the strict decoder decides whether it is in
  // the text.
  return decoded.includes('\ufffd') ? fromUtf8(scratch.subarray(0, length)) : decoded
}

/** The octets of a text that is known to be ASCII, such as a JWT. The result is wrong for every other text. */
export function ascii(text: string): Uint8Array {
  return native === undefined ? utf8(text) : native.from(text, 'latin1')
}

export function toBase64urlPortable(bytes: Uint8Array): string {
  let text = ''
  let i = 0
  for (; i + 2 < bytes.length; i += 3) {
    const triple = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number)
    text +=
      (ALPHABET[triple >> 18] as string) +
      ALPHABET[(triple >> 12) & 63] +
      ALPHABET[(triple >> 6) & 63] +
      ALPHABET[triple & 63]
  }
  const rest = bytes.length - i
  if (rest === 1) {
    const one = bytes[i] as number
    text += (ALPHABET[one >> 2] as string) + ALPHABET[(one & 3) << 4]
  } else if (rest === 2) {
    const two = ((bytes[i] as number) << 8) | (bytes[i + 1] as number)
    text += (ALPHABET[two >> 10] as string) + ALPHABET[(two >> 4) & 63] + ALPHABET[(two & 15) << 2]
  }
  return text
}

/** @throws {ParseError} PARSE_ENCODING */
export function fromBase64urlPortable(text: string): Uint8Array {
  const rest = text.length & 3
  if (rest === 1) throw wrongEncoding('base64url', 'an impossible length')
  const out = new Uint8Array((text.length >> 2) * 3 + (rest === 0 ? 0 : rest - 1))
  let buffer = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const sextet = code < 128 ? (SEXTETS[code] as number) : -1
    if (sextet < 0) throw wrongEncoding('base64url', 'a character outside the alphabet')
    buffer = ((buffer << 6) | sextet) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = (buffer >> bits) & 0xff
    }
  }
  if (bits > 0 && (buffer & ((1 << bits) - 1)) !== 0) throw wrongEncoding('base64url', 'stray bits')
  return out
}

export function u16be(value: number): Uint8Array {
  return new Uint8Array([value >>> 8, value])
}

export function u32be(value: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, value)
  return out
}

export function u64be(value: bigint | number): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, BigInt(value))
  return out
}

export function readU32be(bytes: Uint8Array, at = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at)
}

export function readU64be(bytes: Uint8Array, at = 0): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at)
}

import { wrongEncoding } from './parse-error.ts'

/** The universal tags that certificates of this project contain. */
export const DerTag = {
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
} as const

/**
 * A definite length of at most two bytes, in its shortest form.
 * @param next reads one byte
 * @throws {ParseError} PARSE_ENCODING
 */
export function readLength(next: () => number): number {
  const first = next()
  if (first < 0x80) return first
  const count = first & 0x7f
  if (count === 0 || count > 2) throw wrongEncoding('DER', 'an unacceptable length')
  let length = 0
  for (let i = 0; i < count; i++) length = length * 256 + next()
  if (length < 0x80 || (count === 2 && length < 0x100))
    throw wrongEncoding('DER', 'a length that is not in its shortest form')
  return length
}

/**
 * Reads definite lengths in their shortest form (X.690 §10.1) and single-byte tags. The outer layers of a certificate
 * need no more.
 */
export class DerReader {
  #at = 0

  constructor(private readonly bytes: Uint8Array) {}

  peek(): number | undefined {
    return this.bytes[this.#at]
  }

  end(): void {
    if (this.#at !== this.bytes.length) throw wrongEncoding('DER', 'bytes follow the value')
  }

  enter(tag: number): DerReader {
    return new DerReader(this.value(tag))
  }

  /** The content of an element. */
  value(tag: number): Uint8Array {
    return this.#next(tag).value
  }

  /** The whole element, with tag and length. */
  take(tag?: number): Uint8Array {
    return this.#next(tag).element
  }

  skip(): void {
    this.#next()
  }

  #next(expected?: number): { element: Uint8Array; value: Uint8Array } {
    const start = this.#at
    const tag = this.#byte()
    if (expected !== undefined && tag !== expected) throw wrongEncoding('DER', 'an unexpected tag')
    const length = readLength(() => this.#byte())
    const from = this.#at
    if (length > this.bytes.length - from) throw wrongEncoding('DER', 'a length beyond the end')
    this.#at = from + length
    return { element: this.bytes.subarray(start, this.#at), value: this.bytes.subarray(from, this.#at) }
  }

  #byte(): number {
    const byte = this.bytes[this.#at++]
    if (byte === undefined) throw wrongEncoding('DER', 'it ends too early')
    return byte
  }
}

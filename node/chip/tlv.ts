/**
 * The data objects of a chip's files (ISO/IEC 7816-4 §5.2.2): a tag of one or two bytes, a length, a value. Lengths are
 * definite and in their shortest form, as DER demands, and every one is compared with the bytes that are there before
 * anything is done with it.
 */
import { concatAll } from '../lib/bytes.ts'
import { readLength } from '../lib/der.ts'
import { wrongEncoding, wrongLength, wrongValue } from '../lib/parse-error.ts'

export interface DataObject {
  readonly tag: number
  readonly value: Uint8Array
  /** Tag, length and value. */
  readonly element: Uint8Array
}

/** Reads from the front. What it returns shares memory with the input. */
export class TlvReader {
  #at = 0

  constructor(private readonly bytes: Uint8Array) {}

  /**
   * The content of a file that consists of one data object.
   * @throws {ParseError} if it is longer than `limit`, has another tag, or bytes follow it
   */
  static file(bytes: Uint8Array, tag: number, limit: number): TlvReader {
    if (bytes.length > limit) throw wrongLength('the file', `at most ${limit} bytes`, bytes.length)
    const reader = new TlvReader(bytes)
    const content = reader.enter(tag)
    reader.end()
    return content
  }

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length
  }

  /** @throws {ParseError} as every method below does */
  next(): DataObject {
    const start = this.#at
    const tag = this.#tag()
    const length = readLength(() => this.#byte())
    const from = this.#at
    if (length > this.bytes.length - from) throw wrongEncoding('DER', 'a length beyond the end')
    this.#at = from + length
    return { tag, value: this.bytes.subarray(from, this.#at), element: this.bytes.subarray(start, this.#at) }
  }

  value(tag: number): Uint8Array {
    return this.#expect(tag).value
  }

  /** The whole data object, with tag and length. */
  element(tag: number): Uint8Array {
    return this.#expect(tag).element
  }

  enter(tag: number): TlvReader {
    return new TlvReader(this.value(tag))
  }

  /** The value if this tag is the next one; otherwise undefined, and nothing is read. */
  optional(tag: number): Uint8Array | undefined {
    const start = this.#at
    if (this.isAtEnd) return undefined
    const found = this.next()
    if (found.tag === tag) return found.value
    this.#at = start
    return undefined
  }

  /**
   * The rest, by tag.
   * @throws {ParseError} also if a tag is repeated, or there are more than 64
   */
  rest(): ReadonlyMap<number, Uint8Array> {
    const found = new Map<number, Uint8Array>()
    while (!this.isAtEnd) {
      const { tag, value } = this.next()
      if (found.has(tag)) throw wrongValue('a data object', 'it is repeated')
      if (found.size === MAX_OBJECTS) throw wrongValue('the data objects', `more than ${MAX_OBJECTS}`)
      found.set(tag, value)
    }
    return found
  }

  end(): void {
    if (!this.isAtEnd) throw wrongEncoding('DER', 'bytes follow the value')
  }

  #expect(tag: number): DataObject {
    const found = this.next()
    if (found.tag !== tag) throw wrongEncoding('DER', 'an unexpected tag')
    return found
  }

  /**
   * The low five bits of the first byte say that a second one follows if all of them are set. Doc 9303 has tags such as
   * 5F0E, whose second byte is smaller than ISO/IEC 7816-4 allows.
   */
  #tag(): number {
    const first = this.#byte()
    if ((first & 0x1f) !== 0x1f) return first
    const second = this.#byte()
    if (second >= 0x80) throw wrongEncoding('DER', 'an unacceptable tag')
    return (first << 8) | second
  }

  #byte(): number {
    const byte = this.bytes[this.#at++]
    if (byte === undefined) throw wrongEncoding('DER', 'it ends too early')
    return byte
  }
}

const MAX_OBJECTS = 64

/** A data object of these values, concatenated. */
export function tlv(tag: number, ...values: readonly Uint8Array[]): Uint8Array {
  const value = concatAll(values)
  const head = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag]
  return concatAll([Uint8Array.from([...head, ...lengthOf(value.length)]), value])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff]
  throw new TypeError('a data object of at most 65,535 bytes is expected')
}

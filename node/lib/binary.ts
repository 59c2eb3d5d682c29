/** Readers and writers for compact binary formats: big-endian, no padding. */
import { concatAll, u16be, u32be, u64be } from './bytes.ts'
import { wrongLength, wrongValue } from './parse-error.ts'

/** Reads from the front and never past the end. Byte strings that it returns share memory with the input. */
export class ByteReader {
  #at = 0
  readonly #view: DataView

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.#at
  }

  /** @throws {ParseError} PARSE_LENGTH if too few bytes are left, as every method below does */
  take(length: number): Uint8Array {
    const from = this.#skip(length)
    return this.bytes.subarray(from, from + length)
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#skip(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4))
  }

  u40(): number {
    const at = this.#skip(5)
    return this.#view.getUint8(at) * 2 ** 32 + this.#view.getUint32(at + 1)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#skip(8))
  }

  /** A u64 that fits a number. @throws {ParseError} PARSE_VALUE */
  count64(): number {
    const value = this.u64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw wrongValue('a number', 'beyond 2^53 - 1')
    return Number(value)
  }

  /**
   * The number of items that follow, each of at least `size` bytes. A number that is too large for the remaining bytes
   * is refused before memory is allocated for it.
   * @throws {ParseError} PARSE_LENGTH
   */
  count(size: number): number {
    const count = this.u32()
    if (count * size > this.left) throw tooShort(count * size, this.left)
    return count
  }

  /** @throws {ParseError} PARSE_LENGTH if bytes are left over */
  end(): void {
    if (this.left !== 0) throw wrongLength('the rest', 'nothing', this.left)
  }

  #skip(length: number): number {
    if (length > this.left) throw tooShort(length, this.left)
    this.#at += length
    return this.#at - length
  }
}

const tooShort = (needed: number, left: number) => wrongLength('the rest', `at least ${needed} bytes`, left)

/** Collects parts, and concatenates them at the end. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []

  put(...parts: readonly Uint8Array[]): this {
    return this.putAll(parts)
  }

  putAll(parts: Iterable<Uint8Array>): this {
    for (const part of parts) this.#parts.push(part)
    return this
  }

  u8(value: number): this {
    return this.put(Uint8Array.of(value))
  }

  u16(value: number): this {
    return this.put(u16be(value))
  }

  u32(value: number): this {
    return this.put(u32be(value))
  }

  u40(value: number): this {
    return this.put(u64be(value).subarray(3))
  }

  u64(value: bigint | number): this {
    return this.put(u64be(value))
  }

  bytes(): Uint8Array {
    return concatAll(this.#parts)
  }
}

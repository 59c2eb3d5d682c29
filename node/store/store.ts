/**
 * The authority's database. Only `commit` writes. It is atomic, and the records are on disk when it resolves. Reads are
 * synchronous (LevelDB answers from its cache in microseconds) and see every commit that has resolved.
 *
 * Commits are numbered from 1 without a gap, in the order in which they were written. The number of the last one is
 * stored with it (commit-point.ts).
 * Why: docs/decisions/001.
 */
import { concat, fromUtf8, utf8 } from '../lib/bytes.ts'
import type { Bucket } from './buckets.ts'
import type { PurgeRange } from './purge.ts'

export type WriteOp =
  | { readonly put: Uint8Array; readonly value: Uint8Array }
  | { readonly del: Uint8Array }
  /**
   * A new entry of the journal. It gets its number and its hash when the commit is written (commit-point.ts). The first
   * entry of a day is preceded by the day's opening. Null: only the day is opened, unless it is open.
   */
  | { readonly append: typeof Bucket.journal; readonly value: Uint8Array | null; readonly day: JournalDayOpening }

export interface JournalDayOpening {
  /** `YYYY-MM-DD` */
  readonly name: string
  /** The entry that opens the day. */
  readonly opening: Uint8Array
}

export interface RangeOptions {
  readonly reverse?: boolean
  readonly limit?: number
}

export interface Store {
  get(key: Uint8Array): Uint8Array | undefined
  /** Keys in [from, to), in byte order. */
  range(from: Uint8Array, to: Uint8Array, options?: RangeOptions): AsyncIterable<[Uint8Array, Uint8Array]>
  /** @returns the commit's number. A commit of no operations writes nothing and returns the last number. */
  commit(ops: readonly WriteOp[]): Promise<number>
  /** Resolves when the files contain no overwritten or deleted value of the keys in these ranges. */
  purge(ranges: readonly PurgeRange[]): Promise<void>
  close(): Promise<void>
}

export interface Codec<T> {
  encode(value: T): Uint8Array
  decode(bytes: Uint8Array): T
}

export const bytesCodec: Codec<Uint8Array> = { encode: bytes => bytes, decode: bytes => bytes }

export const textCodec: Codec<string> = { encode: utf8, decode: fromUtf8 }

/** For records that this program wrote itself. It does not check types, so input from outside must never get here. */
export function jsonCodec<T>(): Codec<T> {
  return { encode: value => utf8(JSON.stringify(value)), decode: bytes => JSON.parse(fromUtf8(bytes)) as T }
}

/** Typed access to one bucket. `put` and `del` only return operations, so that one commit can write to several tables. */
export class Table<K, V> {
  readonly #prefix: Uint8Array

  constructor(
    readonly store: Store,
    readonly bucket: Bucket,
    private readonly key: Codec<K>,
    private readonly value: Codec<V>,
  ) {
    this.#prefix = new Uint8Array([bucket])
  }

  get(id: K): V | undefined {
    const found = this.store.get(this.#keyOf(id))
    return found && this.value.decode(found)
  }

  has(id: K): boolean {
    return this.store.get(this.#keyOf(id)) !== undefined
  }

  put(id: K, value: V): WriteOp {
    return { put: this.#keyOf(id), value: this.value.encode(value) }
  }

  del(id: K): WriteOp {
    return { del: this.#keyOf(id) }
  }

  /**
   * Every entry whose encoded key starts with `prefix`, in key order.
   * @param options `after`: only those with a greater key
   */
  async *entries(
    prefix: Uint8Array = new Uint8Array(),
    { after, ...options }: RangeOptions & { readonly after?: K } = {},
  ): AsyncIterable<[K, V]> {
    const first = concat(this.#prefix, prefix)
    const from = after === undefined ? first : concat(this.#keyOf(after), new Uint8Array(1))
    for await (const [key, value] of this.store.range(from, keyAfter(first), options)) {
      yield [this.key.decode(key.subarray(1)), this.value.decode(value)]
    }
  }

  #keyOf(id: K): Uint8Array {
    return concat(this.#prefix, this.key.encode(id))
  }
}

/** The first key after all keys that start with `prefix`. It exists, because no bucket has the number 0xff. */
function keyAfter(prefix: Uint8Array): Uint8Array {
  const out = prefix.slice()
  for (let i = out.length - 1; i >= 0; i--) {
    const byte = out[i] as number
    if (byte < 0xff) {
      out[i] = byte + 1
      return out.subarray(0, i + 1)
    }
  }
  throw new TypeError('no key follows this prefix')
}

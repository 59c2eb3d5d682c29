/**
 * The hash chain of the journal. Each entry's hash contains its number, its bytes, and the hash of the entry before it:
 *
 *   hash(n) = SHA-256("dojang journal entry 1" ‖ 0x00 ‖ uint64be n ‖ hash(n - 1) ‖ bytes(n)),   hash(-1) = 32 zero bytes
 *
 * A day is the range of entries from the one that opens it to the one before the next day's. Which entries those are is
 * decided where the numbers are given, so no entry of a day can be before the one that opens it.
 * Why: docs/decisions/108.
 */
import { sha256 } from '#crypto'
import { concat, fromUtf8, readU64be, u64be, utf8 } from '../lib/bytes.ts'
import { Bucket } from './buckets.ts'
import type { Store, WriteOp } from './store.ts'

type Reader = Pick<Store, 'get'>
type Put = Extract<WriteOp, { readonly put: Uint8Array }>
type Append = Extract<WriteOp, { readonly append: typeof Bucket.journal }>

const DOMAIN = utf8('dojang journal entry 1\0')
const HASH_LENGTH = 32
/** Stands for the hash before the first entry. */
export const NO_ENTRY = new Uint8Array(HASH_LENGTH)

/** @param before hash of entry `number - 1` */
export const entryHash = (number: number, before: Uint8Array, bytes: Uint8Array): Uint8Array =>
  sha256(concat(DOMAIN, u64be(number), before, bytes))

/** @param number from 0 */
export const entryKey = (number: number): Uint8Array => concat(new Uint8Array([Bucket.journal]), u64be(number))
export const hashKey = (number: number): Uint8Array => concat(new Uint8Array([Bucket.journalHash]), u64be(number))
export const dayKey = (day: string): Uint8Array => concat(new Uint8Array([Bucket.journalDay]), utf8(day))

const COUNT = new Uint8Array([Bucket.count, Bucket.journal])
const HEAD = new Uint8Array([Bucket.journalHead])

export interface JournalHead {
  /** How many entries there are. Also the number of the next one. */
  readonly count: number
  /** Hash of the last entry. */
  readonly hash: Uint8Array
  /** The day that the last entry belongs to, `YYYY-MM-DD`; empty before the first entry. */
  readonly day: string
}

export function readHead(store: Reader): JournalHead {
  const count = store.get(COUNT)
  const head = store.get(HEAD)
  return {
    count: count ? Number(readU64be(count)) : 0,
    hash: head?.slice(0, HASH_LENGTH) ?? NO_ENTRY,
    day: head ? fromUtf8(head.subarray(HASH_LENGTH)) : '',
  }
}

export const putCount = (count: number): Put => ({ put: COUNT, value: u64be(count) })

export const putHead = ({ hash, day }: Omit<JournalHead, 'count'>): Put => ({
  put: HEAD,
  value: concat(hash, utf8(day)),
})

/** Adds entries to the journal of a store, for one write. */
export class JournalChain {
  #head: JournalHead
  #changed = false

  constructor(store: Reader) {
    this.#head = readHead(store)
  }

  /** The entry with its number and its hash. The entry that opens its day is before it, if it is the first of the day. */
  append({ value, day }: Append): Put[] {
    const opens = day.name > this.#head.day
    const first = this.#head.count
    if (opens) this.#head = { ...this.#head, day: day.name }
    return [
      ...(opens ? [...this.#add(day.opening), { put: dayKey(day.name), value: u64be(first) }] : []),
      ...(value ? this.#add(value) : []),
    ]
  }

  /** Count and head, if anything was appended. */
  end(): Put[] {
    return this.#changed ? [putCount(this.#head.count), putHead(this.#head)] : []
  }

  #add(bytes: Uint8Array): Put[] {
    const { count, hash: before, day } = this.#head
    const hash = entryHash(count, before, bytes)
    this.#head = { count: count + 1, hash, day }
    this.#changed = true
    return [
      { put: entryKey(count), value: bytes },
      { put: hashKey(count), value: hash },
    ]
  }
}

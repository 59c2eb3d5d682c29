/** The journal as it is in a database, for a check: nothing of it is trusted. */
import { type Hex, readU64be, toHex } from '../../../lib/bytes.ts'
import { Bucket } from '../../../store/buckets.ts'
import { entryKey, hashKey, readHead } from '../../../store/journal-chain.ts'
import type { Store } from '../../../store/store.ts'
import { type DayRange, type JournalAnchor, readAnchorsByRoot, readDays } from '../stored-days.ts'

export interface JournalSummary {
  /** How many entries there are, as the writer counted them. */
  readonly count: number
  /** Hash of the last entry, as the writer stored it. */
  readonly head: Hex
  readonly days: readonly DayRange[]
  /** By root, also those that were refused. */
  readonly anchors: readonly JournalAnchor[]
  /** Numbers of stored entries above the writer's count. The writer did not write them. */
  readonly uncounted: readonly number[]
}

/** Null is what the database does not have. */
export interface StoredEntry {
  readonly number: number
  readonly bytes: Uint8Array | null
  readonly hash: Uint8Array | null
}

type Reader = Pick<Store, 'get' | 'range'>

/** Of entries that nobody counted, so many are named. */
const MOST_UNCOUNTED = 100

export async function readSummary(store: Reader): Promise<JournalSummary> {
  const { count, hash } = readHead(store)
  const after: number[] = []
  const end = new Uint8Array([Bucket.journal + 1])
  for await (const [key] of store.range(entryKey(count), end, { limit: MOST_UNCOUNTED })) after.push(numberOf(key))
  const [days, anchors] = [await readDays(store), await readAnchorsByRoot(store)]
  // A running node may have written some of them meanwhile.
  const now = readHead(store).count
  return { count, head: toHex(hash), days, anchors, uncounted: after.filter(number => number >= now) }
}

/** The counted entries, by number. A number is left out if the database has neither entry nor hash. */
export async function* readEntries(store: Reader, count: number): AsyncIterable<StoredEntry> {
  const entries = store.range(entryKey(0), entryKey(count))[Symbol.asyncIterator]()
  const hashes = store.range(hashKey(0), hashKey(count))[Symbol.asyncIterator]()
  let [entry, hash] = [await entries.next(), await hashes.next()]
  while (!entry.done || !hash.done) {
    const ofEntry = entry.done ? Number.POSITIVE_INFINITY : numberOf(entry.value[0])
    const ofHash = hash.done ? Number.POSITIVE_INFINITY : numberOf(hash.value[0])
    const number = Math.min(ofEntry, ofHash)
    const one = {
      number,
      bytes: ofEntry === number ? (entry.value?.[1] ?? null) : null,
      hash: ofHash === number ? (hash.value?.[1] ?? null) : null,
    }
    if (ofEntry === number) entry = await entries.next()
    if (ofHash === number) hash = await hashes.next()
    yield one
  }
}

const numberOf = (key: Uint8Array): number => Number(readU64be(key, 1))

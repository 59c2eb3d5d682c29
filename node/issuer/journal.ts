import { readU64be, u64be } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { Bucket } from '../store/buckets.ts'
import { type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'

/** An event, for auditors: ids, states and times. It contains no claim value, no name and no reason in the clear. */
export interface JournalEntry {
  readonly at: UnixSeconds
  /** `<thing>.<past tense>`, such as `application.offered`. */
  readonly event: string
  readonly [fact: string]: string | number | boolean | null
}

const number: Codec<number> = { encode: u64be, decode: bytes => Number(readU64be(bytes)) }
const entry = jsonCodec<JournalEntry>()

/**
 * The issuer's journal, append-only. An entry is in the same commit as the change that it records, so neither exists
 * without the other. It gets its number when the commit is written. So the numbers have no gap, and their order is the
 * order of the commits.
 */
export class Journal {
  readonly #entries: Table<number, JournalEntry>

  constructor(store: Store) {
    this.#entries = new Table(store, Bucket.journal, number, entry)
  }

  append(added: JournalEntry): WriteOp {
    return { append: Bucket.journal, value: entry.encode(added) }
  }

  entries(): AsyncIterable<[number, JournalEntry]> {
    return this.#entries.entries()
  }
}

import { readU64be, u64be } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { Bucket } from '../store/buckets.ts'
import { type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'

/** What happened, for auditors: ids, states and times; never a claim value, a name or a reason in the clear. */
export interface JournalEntry {
  readonly at: UnixSeconds
  /** `<thing>.<past tense>`, such as `application.offered`. */
  readonly event: string
  readonly [fact: string]: string | number | boolean | null
}

const sequence: Codec<number> = { encode: u64be, decode: bytes => Number(readU64be(bytes)) }

/** Append only. An entry is committed together with what it tells of, so neither exists without the other. */
export class Journal {
  readonly #entries: Table<number, JournalEntry>
  #next = 0

  private constructor(store: Store) {
    this.#entries = new Table(store, Bucket.journal, sequence, jsonCodec())
  }

  static async open(store: Store): Promise<Journal> {
    const journal = new Journal(store)
    for await (const [last] of journal.#entries.entries(undefined, { reverse: true, limit: 1 }))
      journal.#next = last + 1
    return journal
  }

  /** A number whose commit fails is never used again: a gap is a write that did not happen. */
  append(entry: JournalEntry): WriteOp {
    return this.#entries.put(this.#next++, entry)
  }

  entries(): AsyncIterable<[number, JournalEntry]> {
    return this.#entries.entries()
  }
}

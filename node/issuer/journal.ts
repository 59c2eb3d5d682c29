import { koreanDate } from '../credential/dates.ts'
import { readU64be, u64be } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { Bucket } from '../store/buckets.ts'
import { type Codec, type JournalDayOpening, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'

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
 * without the other. It gets its number and its place in the hash chain when the commit is written. So the numbers have
 * no gap, and their order is the order of the commits. Each Korean day begins with an entry `journal.day-opened`.
 */
export class Journal {
  readonly #entries: Table<number, JournalEntry>
  #day: JournalDayOpening = { name: '', opening: new Uint8Array() }

  constructor(readonly store: Store) {
    this.#entries = new Table(store, Bucket.journal, number, entry)
  }

  append(added: JournalEntry): WriteOp {
    return { append: Bucket.journal, value: entry.encode(added), day: this.#dayOf(added.at) }
  }

  /** Opens the day, unless it is open: for a day on which nothing else happens. */
  openDay(at: UnixSeconds): WriteOp {
    return { append: Bucket.journal, value: null, day: this.#dayOf(at) }
  }

  #dayOf(at: UnixSeconds): JournalDayOpening {
    const name = koreanDate(at)
    if (this.#day.name !== name) {
      this.#day = { name, opening: entry.encode({ at, event: 'journal.day-opened', day: name }) }
    }
    return this.#day
  }

  get(number: number): JournalEntry | undefined {
    return this.#entries.get(number)
  }

  entries(): AsyncIterable<[number, JournalEntry]> {
    return this.#entries.entries()
  }
}

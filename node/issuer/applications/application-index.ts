import { concat, fromHex, fromUtf8, type Hex, u64be, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../../store/store.ts'

const NOTHING = new Uint8Array()
const TIME_BYTES = 8
const PERSON_BYTES = 16

/** Finds applications by their person, and by the time at which they were made. */
export class ApplicationIndex {
  readonly #byPerson: Table<Uint8Array, Uint8Array>
  readonly #byTime: Table<Uint8Array, Uint8Array>

  constructor(private readonly store: Store) {
    this.#byPerson = new Table(store, Bucket.applicationByPerson, bytesCodec, bytesCodec)
    this.#byTime = new Table(store, Bucket.applicationByTime, bytesCodec, bytesCodec)
  }

  add(id: string, person: Hex, applied: UnixSeconds): WriteOp[] {
    return [
      this.#byPerson.put(concat(fromHex(person), utf8(id)), NOTHING),
      this.#byTime.put(concat(u64be(applied), utf8(id)), NOTHING),
    ]
  }

  async ofPerson(person: Uint8Array): Promise<string[]> {
    const ids: string[] = []
    for await (const [key] of this.#byPerson.entries(person)) ids.push(fromUtf8(key.subarray(PERSON_BYTES)))
    return ids
  }

  /** Made at these times, [from, until), the newest first. */
  async *madeIn(from: UnixSeconds, until: UnixSeconds): AsyncIterable<string> {
    const at = (time: UnixSeconds) => concat(new Uint8Array([Bucket.applicationByTime]), u64be(time))
    for await (const [key] of this.store.range(at(from), at(until), { reverse: true }))
      yield fromUtf8(key.subarray(1 + TIME_BYTES))
  }
}

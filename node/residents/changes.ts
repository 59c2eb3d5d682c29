import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../store/store.ts'

const MARK = new Uint8Array()

/**
 * Persons whose register entry changed since somebody looked at it. A mark is in the same commit as the changed entry, so
 * none is lost. Whoever looks removes the mark in the commit that stores what follows from the change.
 */
export class ResidentChanges {
  readonly #marks: Table<Uint8Array, Uint8Array>

  constructor(store: Store) {
    this.#marks = new Table(store, Bucket.residentChange, bytesCodec, bytesCodec)
  }

  mark(person: Uint8Array): WriteOp {
    return this.#marks.put(person, MARK)
  }

  /** Also for a person who is erased. */
  settled(person: Uint8Array): WriteOp {
    return this.#marks.del(person)
  }

  async pending(limit: number): Promise<Uint8Array[]> {
    const persons: Uint8Array[] = []
    for await (const [person] of this.#marks.entries(undefined, { limit })) persons.push(person)
    return persons
  }
}

/**
 * Who suspended each suspended credential. A replacement that fails reinstates only what a replacement suspended, and
 * never what a person asked for.
 * Why: docs/decisions/009.
 */
import { Bucket } from '../store/buckets.ts'
import { type Store, Table, textCodec, type WriteOp } from '../store/store.ts'

/** `by` of the changes that a replacement makes. */
export const REPLACEMENT = 'replacement'

export class Suspensions {
  readonly #table: Table<string, string>

  constructor(store: Store) {
    this.#table = new Table(store, Bucket.suspension, textCodec, textCodec)
  }

  /** Undefined if this node did not suspend the credential. */
  by(id: string): string | undefined {
    return this.#table.get(id)
  }

  /** A person asked for the suspension. */
  isHeld(id: string): boolean {
    const by = this.by(id)
    return by !== undefined && by !== REPLACEMENT
  }

  hold(id: string, by: string): WriteOp {
    return this.#table.put(id, by)
  }

  /** What follows from a change of status that is on the ledger. */
  after(id: string, suspended: boolean, by: string): WriteOp[] {
    if (!suspended) return [this.#table.del(id)]
    // The outcomes of two lanes may be stored in another order than that of the ledger: what a person asked for stays.
    return by === REPLACEMENT && this.isHeld(id) ? [] : [this.#table.put(id, by)]
  }

  async *ids(): AsyncIterable<string> {
    for await (const [id] of this.#table.entries()) yield id
  }
}

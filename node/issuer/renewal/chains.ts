import { Bucket } from '../../store/buckets.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'

/**
 * The cards that followed one another without a new application of the holder. A wallet keeps the refresh token of the first
 * application, so the newest one is found by that.
 */
export class Chains {
  readonly #newest: Table<string, string>

  constructor(store: Store) {
    this.#newest = new Table(store, Bucket.newestRenewal, textCodec, textCodec)
  }

  /** The application of the newest card: the first application itself if it was never renewed. */
  newest(first: string): string {
    return this.#newest.get(first) ?? first
  }

  /** To be committed with the newest card. */
  extend(first: string, newest: string): WriteOp {
    return this.#newest.put(first, newest)
  }
}

/**
 * Erases what is stored about a person, so that nobody can read it, also with the master key. If the process ends before
 * the values are out of the files, the next start continues.
 */
import { Bucket } from '../store/buckets.ts'
import { bucketRange, keyRange, sixteenthRange } from '../store/purge.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import type { StoredLines } from './lines/stored.ts'

/** In the bucket `meta` while erased values may still be in the files. */
const UNFINISHED = 'erasure'

/** The buckets in which an erased value may be. */
const BUCKETS = [
  Bucket.personKey,
  Bucket.resident,
  Bucket.residentByNumber,
  Bucket.residentByName,
  Bucket.residentByRegisterId,
  Bucket.line,
  Bucket.linesByPerson,
]

/** An index entry of a person: the bucket and the key, which is a keyed hash. */
export type IndexEntry = readonly [Bucket, Uint8Array]

export class Erasures {
  readonly #meta: Table<string, boolean>

  constructor(
    private readonly store: Store,
    private readonly vault: Vault,
    private readonly lines: StoredLines,
  ) {
    this.#meta = new Table(store, Bucket.meta, textCodec, jsonCodec())
  }

  /**
   * Resolves when the wrapped data key, the index entries and the person's lines are no longer in the files.
   * @param ops delete the record and the index entries; committed together with the end of the data key
   */
  async run(person: Uint8Array, indexes: readonly IndexEntry[], ops: readonly WriteOp[]): Promise<void> {
    const lines = await this.lines.remove(person, lineOps =>
      this.store.commit([...ops, ...lineOps, this.vault.erasePerson(person), this.#meta.put(UNFINISHED, true)]),
    )
    await this.store.purge([
      keyRange(Bucket.personKey, person),
      keyRange(Bucket.resident, person),
      keyRange(Bucket.linesByPerson, person),
      ...lines.map(key => sixteenthRange(Bucket.line, key)),
      ...indexes.map(([bucket, key]) => sixteenthRange(bucket, key)),
    ])
    await this.store.commit([this.#meta.del(UNFINISHED)])
  }

  /** Continues an erasure that was interrupted. Its keys are not known any more, so whole buckets are rewritten. */
  async finish(): Promise<void> {
    if (!this.#meta.has(UNFINISHED)) return
    await this.store.purge(BUCKETS.map(bucketRange))
    await this.store.commit([this.#meta.del(UNFINISHED)])
  }
}

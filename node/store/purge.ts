/**
 * Removes overwritten and deleted values from LevelDB's files. LevelDB appends: a deleted value stays in a table or in
 * the log until a compaction happens to merge it, which may take for ever. Whoever has the files and the master key can
 * read it until then.
 *
 * `compactRange` begins a new log, writes what is in memory to a table, and merges the tables of the range downwards. One
 * run is not enough: a value and its deletion that were in memory together are written to one table, and a table that is
 * not merged with another one is not rewritten. Therefore each run first writes two deletions around the range. They make
 * a table that overlaps the range, so the second run rewrites every table that the first one left.
 *
 * An open iterator keeps old values and old files alive. So the runs wait for the open ones, and hold up new ones.
 * Why: docs/decisions/084.
 */
import { concat } from '../lib/bytes.ts'
import type { Bucket } from './buckets.ts'

/** The part of LevelDB that is used here. */
export interface CompactableDatabase {
  batch(operations: readonly { type: 'del'; key: Uint8Array }[], options: { sync: true }): Promise<void>
  compactRange(from: Uint8Array, to: Uint8Array): Promise<void>
}

/** Keys in (from, to). No entry has one of these two keys. */
export interface PurgeRange {
  readonly from: Uint8Array
  readonly to: Uint8Array
}

/**
 * Only for random ids: LevelDB notes the first and last key of each table in its MANIFEST file, and these two are such keys.
 * @param id of a bucket whose keys all have the same length
 */
export const keyRange = (bucket: Bucket, id: Uint8Array): PurgeRange => ({
  from: concat(new Uint8Array([bucket]), id.subarray(0, -1)),
  to: concat(new Uint8Array([bucket]), id, new Uint8Array(1)),
})

/** A sixteenth of a bucket, for keys that are made from personal data: the two keys around it reveal only four bits. */
export function sixteenthRange(bucket: Bucket, id: Uint8Array): PurgeRange {
  const first = (id[0] ?? 0) & 0xf0
  const to = first === 0xf0 ? new Uint8Array([bucket + 1]) : new Uint8Array([bucket, first + 0x10])
  return { from: new Uint8Array([bucket, first]), to }
}

export const bucketRange = (bucket: Bucket): PurgeRange => ({
  from: new Uint8Array([bucket]),
  to: new Uint8Array([bucket + 1]),
})

const RUNS = 2

export class Purger {
  /** The iterators that are open. Each resolves when it is closed. */
  readonly #open = new Set<Promise<void>>()
  #running: Promise<void> | undefined

  constructor(private readonly db: CompactableDatabase) {}

  /** Iterates when no purge is running. */
  async *iterate<T>(begin: () => AsyncIterable<T>): AsyncIterable<T> {
    while (this.#running) await this.#running.catch(() => undefined)
    const { promise: closed, resolve: close } = Promise.withResolvers<void>()
    this.#open.add(closed)
    try {
      yield* begin()
    } finally {
      this.#open.delete(closed)
      close()
    }
  }

  /** Resolves when the files contain no earlier value of a key in these ranges. */
  async purge(ranges: readonly PurgeRange[]): Promise<void> {
    // New iterators are not held up yet: an open one may wait for an inner one.
    while (this.#open.size > 0 || this.#running) {
      await Promise.all([...this.#open, this.#running?.catch(() => undefined)])
    }
    this.#running = this.#run(ranges).finally(() => {
      this.#running = undefined
    })
    await this.#running
  }

  async #run(ranges: readonly PurgeRange[]): Promise<void> {
    for (let run = 0; run < RUNS; run++) {
      const around = ranges.flatMap(({ from, to }) => [from, to].map(key => ({ type: 'del' as const, key })))
      await this.db.batch(around, { sync: true })
      for (const { from, to } of ranges) await this.db.compactRange(from, to)
    }
  }
}

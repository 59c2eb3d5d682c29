/**
 * Gives each commit its number, and each entry of an append-only bucket its own. The single writer calls this directly
 * before it writes. A number that was assigned earlier would leave a gap if its commit were never written.
 *
 * The counters are read from the store for each write and are part of the same write. So they always match the content,
 * and a failed write uses no number.
 * Why: docs/decisions/075.
 */
import { concat, readU64be, u64be } from '../lib/bytes.ts'
import { Bucket } from './buckets.ts'
import type { Store, WriteOp } from './store.ts'

export type Write = Exclude<WriteOp, { readonly append: Bucket }>
type Reader = Pick<Store, 'get'>

const SEQUENCE = new Uint8Array([Bucket.count, 0])

/** The number of the last commit; 0 before the first. */
export const lastSequence = (store: Reader): number => readCount(store, SEQUENCE)

/** How many entries an append-only bucket has. This is also the number of the next entry. */
const entryCount = (store: Reader, bucket: Bucket): number => readCount(store, entryCountKey(bucket))

export const putEntryCount = (bucket: Bucket, count: number): Write => ({
  put: entryCountKey(bucket),
  value: u64be(count),
})

/** @param number from 0 */
export const entryKey = (bucket: Bucket, number: number): Uint8Array => concat(new Uint8Array([bucket]), u64be(number))

/**
 * Numbers commits that are written together.
 * @returns the operations to write, and the number of the last commit
 */
export function numberCommits(
  store: Reader,
  commits: readonly (readonly WriteOp[])[],
): { readonly writes: readonly Write[]; readonly sequence: number } {
  const counts = new Map<Bucket, number>()
  const nextKey = (bucket: Bucket): Uint8Array => {
    const number = counts.get(bucket) ?? entryCount(store, bucket)
    counts.set(bucket, number + 1)
    return entryKey(bucket, number)
  }
  const completed = commits.flatMap(ops =>
    ops.map((op): Write => ('append' in op ? { put: nextKey(op.append), value: op.value } : op)),
  )
  const sequence = lastSequence(store) + commits.length
  const counters = [...counts].map(([bucket, count]) => putEntryCount(bucket, count))
  return { writes: [...completed, ...counters, { put: SEQUENCE, value: u64be(sequence) }], sequence }
}

const entryCountKey = (bucket: Bucket): Uint8Array => new Uint8Array([Bucket.count, bucket])

function readCount(store: Reader, key: Uint8Array): number {
  const found = store.get(key)
  return found ? Number(readU64be(found)) : 0
}

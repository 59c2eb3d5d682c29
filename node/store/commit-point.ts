/**
 * Where a commit gets its number, and an entry of a log bucket its place: in the one writer, directly before the write.
 * A number that is handed out earlier leaves a gap when its commit is never written.
 *
 * The counters are read from the store for each write, and stored by it together with what they count. So they agree
 * with the content whatever happened before, and a write that failed took no number.
 */
import { concat, readU64be, u64be } from '../lib/bytes.ts'
import { Bucket } from './buckets.ts'
import type { Store, WriteOp } from './store.ts'

export type Write = Exclude<WriteOp, { readonly append: Bucket }>
type Reader = Pick<Store, 'get'>

const SEQUENCE = new Uint8Array([Bucket.count, 0])

/** The number of the last commit; 0 before the first. */
export const lastSequence = (store: Reader): number => readCount(store, SEQUENCE)

/** How many entries a log has: also the number of the next one. */
export const logLength = (store: Reader, log: Bucket): number => readCount(store, lengthKey(log))

export const putLogLength = (log: Bucket, length: number): Write => ({ put: lengthKey(log), value: u64be(length) })

/** Number in its log, from 0. */
export const logEntryKey = (log: Bucket, number: number): Uint8Array => concat(new Uint8Array([log]), u64be(number))

/**
 * Numbers commits that are written together.
 * @returns what to write, and the number of the last of them
 */
export function numberCommits(
  store: Reader,
  commits: readonly (readonly WriteOp[])[],
): { readonly writes: readonly Write[]; readonly sequence: number } {
  const lengths = new Map<Bucket, number>()
  const place = (log: Bucket): Uint8Array => {
    const number = lengths.get(log) ?? logLength(store, log)
    lengths.set(log, number + 1)
    return logEntryKey(log, number)
  }
  const completed = commits.flatMap(ops =>
    ops.map((op): Write => ('append' in op ? { put: place(op.append), value: op.value } : op)),
  )
  const sequence = lastSequence(store) + commits.length
  const counters = [...lengths].map(([log, length]) => putLogLength(log, length))
  return { writes: [...completed, ...counters, { put: SEQUENCE, value: u64be(sequence) }], sequence }
}

const lengthKey = (log: Bucket): Uint8Array => new Uint8Array([Bucket.count, log])

function readCount(store: Reader, key: Uint8Array): number {
  const found = store.get(key)
  return found ? Number(readU64be(found)) : 0
}

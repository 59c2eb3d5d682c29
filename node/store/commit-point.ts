/**
 * Gives each commit its number, and each entry of the journal its number and its place in the hash chain. The single
 * writer calls this directly before it writes. A number that was assigned earlier would leave a gap if its commit were
 * never written.
 *
 * Counters and the head of the chain are read from the store for each write and are part of the same write. So they
 * always match the content, and a failed write uses no number.
 * Why: docs/decisions/075.
 */
import { readU64be, u64be } from '../lib/bytes.ts'
import { Bucket } from './buckets.ts'
import { JournalChain } from './journal-chain.ts'
import type { Store, WriteOp } from './store.ts'

export type Write = Exclude<WriteOp, { readonly append: unknown }>
type Reader = Pick<Store, 'get'>

const SEQUENCE = new Uint8Array([Bucket.count, 0])

/** The number of the last commit; 0 before the first. */
export function lastSequence(store: Reader): number {
  const found = store.get(SEQUENCE)
  return found ? Number(readU64be(found)) : 0
}

/**
 * Numbers commits that are written together.
 * @returns the operations to write, and the number of the last commit
 */
export function numberCommits(
  store: Reader,
  commits: readonly (readonly WriteOp[])[],
): { readonly writes: readonly Write[]; readonly sequence: number } {
  const journal = new JournalChain(store)
  const completed = commits.flatMap(ops =>
    ops.flatMap((op): readonly Write[] => ('append' in op ? journal.append(op) : [op])),
  )
  const sequence = lastSequence(store) + commits.length
  return { writes: [...completed, ...journal.end(), { put: SEQUENCE, value: u64be(sequence) }], sequence }
}

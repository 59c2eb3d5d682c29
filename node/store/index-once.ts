import { Bucket } from './buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from './store.ts'

const PER_COMMIT = 1000

/**
 * Makes an index over records that earlier versions stored without it. Runs at each start, and does its work at the first
 * one. An interrupted run begins again: an entry that is written twice is the same entry. It is no migration of the store,
 * because an index over sealed records needs the vault. Why: docs/decisions/113.
 * @param name of the index, in the bucket `meta`
 * @param entries the operations for each record
 */
export async function indexOnce(
  store: Store,
  name: string,
  entries: AsyncIterable<readonly WriteOp[]>,
  perCommit = PER_COMMIT,
): Promise<void> {
  const meta = new Table<string, boolean>(store, Bucket.meta, textCodec, jsonCodec())
  const mark = `index ${name}`
  if (meta.has(mark)) return
  let ops: WriteOp[] = []
  for await (const added of entries) {
    ops.push(...added)
    if (ops.length < perCommit) continue
    await store.commit(ops)
    ops = []
  }
  await store.commit([...ops, meta.put(mark, true)])
}

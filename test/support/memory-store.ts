import { compareBytes, toHex } from '../../node/lib/bytes.ts'
import { lastSequence, numberCommits } from '../../node/store/commit-point.ts'
import type { RangeOptions, Store, WriteOp } from '../../node/store/store.ts'

/** A store in memory with the same guarantees, except durability. */
export class MemoryStore implements Store {
  readonly #entries = new Map<string, [Uint8Array, Uint8Array]>()

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(toHex(key))?.[1]
  }

  async *range(from: Uint8Array, to: Uint8Array, options: RangeOptions = {}): AsyncIterable<[Uint8Array, Uint8Array]> {
    const found = [...this.#entries.values()]
      .filter(([key]) => compareBytes(key, from) >= 0 && compareBytes(key, to) < 0)
      .sort(([a], [b]) => compareBytes(a, b))
    if (options.reverse) found.reverse()
    yield* found.slice(0, options.limit ?? found.length)
  }

  async commit(ops: readonly WriteOp[]): Promise<number> {
    if (ops.length === 0) return lastSequence(this)
    const { writes, sequence } = numberCommits(this, [ops])
    for (const op of writes) {
      if ('put' in op) this.#entries.set(toHex(op.put), [op.put.slice(), op.value.slice()])
      else this.#entries.delete(toHex(op.del))
    }
    return sequence
  }

  async purge(): Promise<void> {}

  async close(): Promise<void> {}
}

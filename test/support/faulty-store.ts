import type { PurgeRange } from '../../node/store/purge.ts'
import type { RangeOptions, Store, WriteOp } from '../../node/store/store.ts'
import type { Fault } from './fake-ledger.ts'

/**
 * A store that fails at one commit: it stores nothing, or it stores and then fails. It accepts nothing after that, as
 * if the process had been killed.
 */
export class FaultyStore implements Store {
  /** The number of commits that were requested. */
  commits = 0
  dead = false
  #failAt = Number.POSITIVE_INFINITY
  #fault: Fault = 'refused'

  constructor(private readonly inner: Store) {}

  /** The next commit is number 0. */
  dieAt(commit: number, fault: Fault): void {
    this.#failAt = this.commits + commit
    this.#fault = fault
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.inner.get(key)
  }

  range(from: Uint8Array, to: Uint8Array, options?: RangeOptions): AsyncIterable<[Uint8Array, Uint8Array]> {
    return this.inner.range(from, to, options)
  }

  async commit(ops: readonly WriteOp[]): Promise<number> {
    if (ops.length === 0) return this.inner.commit(ops)
    if (this.dead) throw new Error('the process is dead')
    if (this.commits++ !== this.#failAt) return this.inner.commit(ops)
    this.dead = true
    if (this.#fault === 'stored-then-lost') await this.inner.commit(ops)
    throw new Error(`the disk: ${this.#fault}`)
  }

  async purge(ranges: readonly PurgeRange[]): Promise<void> {
    if (this.dead) throw new Error('the process is dead')
    await this.inner.purge(ranges)
  }

  close(): Promise<void> {
    return this.inner.close()
  }
}

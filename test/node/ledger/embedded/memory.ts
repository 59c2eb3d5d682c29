import { ClockWatch } from '../../../../node/ledger/embedded/clock.ts'
import type { LedgerStore, LedgerWriteOp } from '../../../../node/ledger/embedded/ledger-store.ts'
import type { NodeOptions } from '../../../../node/ledger/embedded/node.ts'
import { EmbeddedNode } from '../../../../node/ledger/embedded/node.ts'
import { CHAIN_ID, SENDER, VALIDATOR_KEY } from './fixture.ts'

const idOf = (key: Uint8Array) => Buffer.from(key).toString('hex')

/** The fault of a commit: it stores nothing, or it stores and then fails, as if the reply were lost. */
export type Fault = 'refused' | 'stored-then-lost'

/** A database in memory, which a test can let fail and can read. */
export class MemoryStore implements LedgerStore {
  readonly entries = new Map<string, Uint8Array>()
  commits = 0
  fault: Fault | null = null

  get(key: Uint8Array): Uint8Array | undefined {
    return this.entries.get(idOf(key))
  }

  async *keys(from: Uint8Array, to: Uint8Array): AsyncIterable<Uint8Array> {
    const [low, high] = [idOf(from), idOf(to)]
    const found = [...this.entries.keys()].filter(key => key.length === low.length && key >= low && key <= high)
    for (const key of found.sort()) yield Buffer.from(key, 'hex')
  }

  async commit(ops: readonly LedgerWriteOp[]): Promise<void> {
    if (this.fault === 'refused') throw new Error('no space left on device')
    for (const { key, value } of ops) this.entries.set(idOf(key), value)
    this.commits += 1
    if (this.fault === 'stored-then-lost') throw new Error('the answer was lost')
  }

  size(): number {
    return [...this.entries.values()].reduce((sum, value) => sum + value.length, 0)
  }

  async close(): Promise<void> {}
}

/** A clock (ms) that only the test moves. */
export class StillClock {
  ms = 1_800_000_000_000
  readonly now = () => this.ms

  advance(seconds: number): void {
    this.ms += seconds * 1000
  }
}

/** A node without a thread, with a database in memory and a clock that the test moves. */
export async function openInMemory(
  store: LedgerStore,
  clock: StillClock,
  options: Partial<NodeOptions> = {},
): Promise<{ node: EmbeddedNode; fatal: Promise<unknown> }> {
  const { promise: fatal, resolve } = Promise.withResolvers<unknown>()
  const all = {
    chainId: CHAIN_ID,
    validatorKey: VALIDATOR_KEY,
    allow: [SENDER],
    heartbeat: 60,
    now: clock.now,
    clock: new ClockWatch(Date.now),
    ...options,
  }
  return { node: await EmbeddedNode.openOn(store, all, resolve), fatal }
}

import type { Hex } from '../lib/bytes.ts'

/**
 * The one port through which everything above sees a ledger: standard Ethereum JSON-RPC (EIP-1193). The embedded
 * node, Hardhat and a QBFT consortium by URL all fit, and nothing above can tell them apart.
 *
 * Guarantees of every engine: an answer that names a block means the block is final and, on an engine of our own,
 * on disk. `request` rejects with `LedgerError`: with `LEDGER_RPC` the engine answered and refused; with
 * `LEDGER_UNREACHABLE` nothing is known about what happened.
 */
export interface Ledger {
  request(method: string, params?: readonly unknown[]): Promise<unknown>
  /** Calls back once for each new head, in order, until the returned function is called. */
  onHead(listener: (head: LedgerHead) => void): () => void
  close(): Promise<void>
}

export interface LedgerHead {
  readonly number: number
  readonly hash: Hex
  /** Block time. */
  readonly timestamp: number
}

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
  /** It shares its time for calls between connections, so nobody else needs to bound them. */
  readonly sharesCalls?: true
  /** @param from the connection of somebody outside, for whom this node asks; absent when it asks for itself */
  request(method: string, params?: readonly unknown[], from?: Connection): Promise<unknown>
  /** Calls back once for each new head, in order, until the returned function is called. */
  onHead(listener: (head: LedgerHead) => void): () => void
  close(): Promise<void>
}

/** A connection on which somebody outside asks: a socket, for instance. */
export interface Connection {
  /** It is closed. What was asked on it needs no answer any more. */
  readonly destroyed: boolean
}

export interface LedgerHead {
  readonly number: number
  readonly hash: Hex
  /** Block time. */
  readonly timestamp: number
}

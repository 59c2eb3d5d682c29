import type { Hex } from '../lib/bytes.ts'

/**
 * The interface to a ledger: standard Ethereum JSON-RPC (EIP-1193). The embedded node, Hardhat and a QBFT consortium by
 * URL implement it, and the rooms above use no other interface.
 *
 * Every engine guarantees that a block which an answer names is final and, in the embedded node, on disk. `request`
 * rejects with `LedgerError`. `LEDGER_RPC` means that the engine refused the request. After `LEDGER_UNREACHABLE`, the
 * request may or may not have been executed.
 */
export interface Ledger {
  /** The engine shares its time for calls between connections, so the JSON-RPC server does not limit them. */
  readonly sharesCalls?: true
  /** @param from the connection of the client that sent the request; absent for requests of this program */
  request(method: string, params?: readonly unknown[], from?: Connection): Promise<unknown>
  /** Calls back once for each new head, in order, until the returned function is called. */
  onHead(listener: (head: LedgerHead) => void): () => void
  close(): Promise<void>
}

/** A connection of a client, such as a socket. */
export interface Connection {
  /** The connection is closed, so its requests need no answer. */
  readonly destroyed: boolean
}

export interface LedgerHead {
  readonly number: number
  readonly hash: Hex
  /** Block time. */
  readonly timestamp: number
}

import { DojangError } from '../lib/errors.ts'

export type LedgerFailure =
  /** There is no answer: the request may or may not have been executed. */
  | {
      readonly code: 'LEDGER_UNREACHABLE'
      readonly method: string
      /** For a ledger by URL: the state of each node, in the given order. Only logs may name the nodes. */
      readonly nodes?: readonly { readonly state: string; readonly reason: string }[]
    }
  /** What was requested is stored, and no block has had it for so many seconds. */
  | { readonly code: 'LEDGER_PENDING'; readonly seconds: number }
  /** The engine answered with a JSON-RPC error. `data` is the revert data, if any. */
  | {
      readonly code: 'LEDGER_RPC'
      readonly method: string
      readonly rpcCode: number
      readonly rpcMessage: string
      readonly data?: string
    }
  /** The endpoint serves another chain than the profile names. */
  | { readonly code: 'LEDGER_WRONG_CHAIN'; readonly expected: string; readonly actual: string }
  /** The data directory is open in another process. */
  | { readonly code: 'LEDGER_IN_USE'; readonly path: string; readonly pid: number | null }
  /** A transaction was included and reverted. */
  | { readonly code: 'LEDGER_REVERTED'; readonly transaction: string; readonly error: string }
  /** A contract would refuse an officer's act, and it was not sent. `error` is the contract's own. */
  | { readonly code: 'LEDGER_ACT_REFUSED'; readonly account: string; readonly error: string }
  /** The ledger has a transaction of an account that this install did not send. */
  | {
      readonly code: 'LEDGER_LANE_TAKEN'
      readonly account: string
      /** The first nonce that somebody else used. */
      readonly nonce: number
      /** Hash of the transaction that this install signed for that nonce; null if it signed none. */
      readonly expected: string | null
      /** Hash of the transaction on the ledger; null if the ledger no longer has the state in which it can be found. */
      readonly found: string | null
    }
  /** Nothing answers at a registry's address: another ledger, or a block before it was deployed. */
  | { readonly code: 'LEDGER_NO_CONTRACT'; readonly address: string; readonly block: number | 'latest' }
  /** The registries could not be deployed, or are not in the state in which a deployment ends. */
  | { readonly code: 'LEDGER_DEPLOYMENT'; readonly deployer: string; readonly reason: string }
  /** The ledger no longer has transactions of an account that it had confirmed: an old copy of it. */
  | {
      readonly code: 'LEDGER_HISTORY_LOST'
      readonly account: string
      readonly confirmed: number
      readonly used: number
    }
  /** A follower or an import refused a block: it breaks a rule, or its execution gives another result. */
  | { readonly code: 'LEDGER_BLOCK_REFUSED'; readonly block: number; readonly reason: string }
  /** An import into the data directory was not finished, or a file is cut off. */
  | { readonly code: 'LEDGER_IMPORT_UNFINISHED' }
  /** Two blocks of one height, each sealed by the validators. `proof` is the file with both. */
  | { readonly code: 'LEDGER_FORK'; readonly block: number; readonly proof: string }
  /** A written block is damaged in the write-ahead log. Opening the database would lose it and all later blocks. */
  | { readonly code: 'LEDGER_DAMAGED'; readonly path: string; readonly faults: readonly string[] }
  /** A witness of the transparency log did not cosign its checkpoint. */
  | { readonly code: 'LEDGER_LOG_WITNESS'; readonly witness: string; readonly reason: string }
  /** The ledger has another history than its transparency log. */
  | { readonly code: 'LEDGER_LOG_FORK'; readonly block: number; readonly reason: string }
  /** No head has as many witnesses yet as the profile requires. */
  | { readonly code: 'LEDGER_UNWITNESSED'; readonly witnesses: number }
  /** The clock is behind the head by more than the tolerance, so a new block would have a false time. */
  | { readonly code: 'LEDGER_CLOCK_BEHIND'; readonly head: number; readonly now: number }
  /** The clock jumped ahead and may jump back. A block that is sealed now could not be undone. */
  | { readonly code: 'LEDGER_CLOCK_AHEAD'; readonly expected: number; readonly now: number }

export class LedgerError extends DojangError<LedgerFailure> {
  override name = 'LedgerError'
}

/** There was no answer: the ledger may be out of reach. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof LedgerError && error.code === 'LEDGER_UNREACHABLE'

/** The fault of this program behind an internal error of JSON-RPC (-32603), or null. */
export function internalFault({ detail, cause }: LedgerError): Error | null {
  return detail.code === 'LEDGER_RPC' && detail.rpcCode === -32603 && cause instanceof Error ? cause : null
}

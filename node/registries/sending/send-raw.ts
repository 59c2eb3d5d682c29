import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** Why an engine refuses signed bytes. */
export type SendRefusal =
  /** It has the same bytes already. */
  | 'known'
  /** A block contains a transaction with that nonce: these bytes or others. */
  | 'used'
  /** Transactions with lower nonces are missing. */
  | 'early'
  | 'other'

/** The error texts of geth, Besu, Erigon, Nethermind, anvil and Hardhat. "unknown" must not match "known". */
const ERROR_TEXTS: readonly (readonly [SendRefusal, RegExp])[] = [
  ['known', /\balready ?(?:known|imported|exists|in)|\bknown transaction|\bsame hash\b/i],
  ['used', /\bnonce(?: is)? too low\b/i],
  ['early', /\bnonce(?: is)? too (?:high|distant|far)\b|\btransactions? can't be queued\b/i],
]

export interface Refused {
  readonly why: SendRefusal
  /** LEDGER_RPC with the engine's text. */
  readonly error: LedgerError
}

/**
 * Sends signed bytes once.
 * @returns why the engine refuses them; null if it accepted them
 * @throws {LedgerError} if there is no answer: the engine may or may not have them
 */
export async function sendRaw(ledger: Ledger, raw: string): Promise<Refused | null> {
  try {
    await ledger.request('eth_sendRawTransaction', [raw])
    return null
  } catch (error) {
    if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_RPC') throw error
    const { rpcMessage } = error.detail
    return { why: ERROR_TEXTS.find(([, words]) => words.test(rpcMessage))?.[0] ?? 'other', error }
  }
}

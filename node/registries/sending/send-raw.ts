import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** Why an engine refuses signed bytes. */
export type SendRefusal =
  /** It has these very bytes already. */
  | 'known'
  /** A transaction of that nonce is in a block: these bytes, or others. */
  | 'used'
  /** Transactions with lower nonces are missing. */
  | 'early'
  | 'other'

/** The words of geth, Besu, Erigon, Nethermind, anvil and Hardhat. "unknown" must not match "known". */
const WORDS: readonly (readonly [SendRefusal, RegExp])[] = [
  ['known', /\balready ?(?:known|imported|exists|in)|\bknown transaction|\bsame hash\b/i],
  ['used', /\bnonce(?: is)? too low\b/i],
  ['early', /\bnonce(?: is)? too (?:high|distant|far)\b|\btransactions? can't be queued\b/i],
]

export interface Refused {
  readonly why: SendRefusal
  /** LEDGER_RPC, with the engine's own words. */
  readonly error: LedgerError
}

/**
 * Sends signed bytes once.
 * @returns why the engine refuses them; null if it took them
 * @throws {LedgerError} if there is no answer: the engine may have them or not
 */
export async function sendRaw(ledger: Ledger, raw: string): Promise<Refused | null> {
  try {
    await ledger.request('eth_sendRawTransaction', [raw])
    return null
  } catch (error) {
    if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_RPC') throw error
    const { rpcMessage } = error.detail
    return { why: WORDS.find(([, words]) => words.test(rpcMessage))?.[0] ?? 'other', error }
  }
}

import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** Why an engine does not take a transaction that is signed and stays as it is. */
export type SendRefusal =
  /** It has these very bytes. */
  | 'known'
  /** A transaction of that nonce is in a block: these bytes, or others. */
  | 'used'
  /** Those before it have to come first. */
  | 'early'
  | 'other'

/** As geth, Besu, Erigon, Nethermind, anvil and Hardhat say it. "unknown" is not "known". */
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
 * Hands signed bytes to the ledger.
 * @returns why the engine does not take them; null if it did
 * @throws {LedgerError} if there is no answer, and nothing is known
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

import { LedgerError } from './errors.ts'

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

/** What the engine's refusal of `eth_sendRawTransaction` means; null: it is no refusal, and nothing is known. */
export function sendRefusalIn(error: unknown): SendRefusal | null {
  if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_RPC') return null
  const { rpcMessage } = error.detail
  return WORDS.find(([, words]) => words.test(rpcMessage))?.[0] ?? 'other'
}

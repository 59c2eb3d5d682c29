/** What is checked before a secret leaves the wallet, and what a refusal may mean. */
import { WalletError, walletError } from '../errors.ts'
import type { IssuerStanding } from '../offer.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'

/** @throws {WalletError} WALLET_ISSUER_UNTRUSTED; WALLET_CLOCK if a wrong clock makes the ledger's copy useless */
export function requireTrusted(standing: IssuerStanding, copy: LedgerCopy): void {
  if (standing.state === 'accredited' || (standing.state === 'unknown' && standing.reason === 'no_seals')) return
  const { clock } = copy.knowledge
  if (standing.state === 'unknown' && (clock === 'ahead' || clock === 'behind')) throw wrongClock(clock)
  throw walletError(
    { code: 'WALLET_ISSUER_UNTRUSTED', reason: standing.reason },
    'The ledger does not say that this issuer may issue this card. Do not type the transaction code.',
  )
}

/** Issuers refuse proofs of a clock that is wrong without saying so. */
export async function inTime<T>(work: Promise<T>, copy: LedgerCopy): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { clock } = copy.knowledge
    const detail = error instanceof WalletError ? error.detail : null
    const isProof = detail?.code === 'WALLET_ISSUER_REFUSED' && /^invalid_(?:dpop_)?proof$/.test(detail.error)
    if (!isProof || clock === 'right' || clock === null) throw error
    throw wrongClock(clock, error)
  }
}

const wrongClock = (clock: 'ahead' | 'behind', cause?: unknown) =>
  walletError({ code: 'WALLET_CLOCK', ahead: clock === 'ahead' }, "This device's clock is wrong. Set it.", cause)

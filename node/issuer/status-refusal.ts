import type { Ledger } from '../ledger/ledger.ts'
import type { Hex } from '../lib/bytes.ts'
import { nameOfRevert, revertReasonIn } from '../registries/contracts.ts'
import { IssuerError } from './errors.ts'
import type { StatusRequest } from './status-requests.ts'

/**
 * Why StatusRegistry refuses a change, for a clerk. The arguments of the contract's error are left out: they are bit masks
 * and numbers of lists.
 */
export function explainStatusRefusal(reason: string): string {
  const name = nameOfRevert(reason)
  switch (name) {
    case 'RevokedIsFinal':
      return `a revoked credential stays revoked (${name})`
    case 'DailyLimitExceeded':
      return `as many credentials of this list as the daily limit allows were revoked today (${name})`
    case 'StatusDiffers':
      return `its status was changed in the meantime (${name})`
    default:
      return name
  }
}

/** Another account changed the status after we had read it. */
export const isStaleStatus = (error: unknown): boolean =>
  error instanceof IssuerError &&
  error.detail.code === 'ISSUER_STATUS_REFUSED' &&
  error.detail.reason.startsWith('StatusDiffers(')

/**
 * A card that a newer one replaced stays suspended, also while its revocation waits for the limit of the day: the holder would
 * have two.
 * @throws {IssuerError} ISSUER_CREDENTIAL_REPLACED
 */
export async function requireNotReplaced(
  credentials: { replaced(id: string): Promise<boolean> },
  id: string,
): Promise<void> {
  if (!(await credentials.replaced(id))) return
  throw new IssuerError(
    { code: 'ISSUER_CREDENTIAL_REPLACED', credential: id },
    'A newer card replaced this one, so it stays suspended. Look at the newer card.',
  )
}

/** Calls the contract before a transaction is sent, so that a refusal costs none. Other errors are thrown unchanged. */
export async function simulateChange(
  ledger: Ledger,
  from: Hex,
  { to, data }: StatusRequest,
  refused: (reason: string) => IssuerError,
): Promise<void> {
  try {
    await ledger.request('eth_call', [{ from, to, data }, 'latest'])
  } catch (error) {
    const reason = revertReasonIn(error)
    throw reason === undefined ? error : refused(reason)
  }
}

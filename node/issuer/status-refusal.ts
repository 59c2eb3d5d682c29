import { nameOfRevert } from '../registries/contracts.ts'
import { IssuerError } from './errors.ts'

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

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

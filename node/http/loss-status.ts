import type { LossFailure } from '../issuer/loss/errors.ts'
import type { LockFailure } from '../issuer/loss/lock/errors.ts'

/** The HTTP status of each code of locking a lost phone. */
export const LOSS_STATUS: Readonly<Record<(LockFailure | LossFailure)['code'], number>> = {
  LOSS_REPORT_REFUSED: 400,
  LOSS_REPORTER_REFUSED: 403,
  LOSS_REPORTER_UNCHECKED: 503,
  LOSS_LINE_REFUSED: 404,
  LOSS_JTI_REPEATED: 409,
  LOSS_LIMIT: 429,
  LOSS_REPORT_UNKNOWN: 404,
  LOSS_NOT_ON_LEDGER: 409,
  LOSS_UNLOCK_REFUSED: 403,
  LOSS_IDENTITY_NEEDED: 422,
  LOCK_REFUSED: 403,
  LOCK_TRIES: 429,
  LOCK_SESSION_ENDED: 410,
  LOCK_NO_CARDS: 404,
  LOCK_MEANS_REFUSED: 403,
}

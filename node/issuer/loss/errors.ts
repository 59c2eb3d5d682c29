import { DojangError } from '../../lib/errors.ts'
import type { LossChannel } from './channels.ts'

export type ReportFault = 'malformed' | 'signature' | 'audience' | 'time' | 'closes'
export type ReporterFault = 'no_organisation' | 'key_unknown' | 'key_ended' | 'no_grant' | 'another_organisation'

export type LossFailure =
  /** The signed report is not one for this authority and this time. */
  | { readonly code: 'LOSS_REPORT_REFUSED'; readonly reason: ReportFault }
  /** The ledger does not have the signer as one who may report losses, or it is not the caller's organisation. */
  | { readonly code: 'LOSS_REPORTER_REFUSED'; readonly reason: ReporterFault }
  /** The node knows too little of the ledger to say whether the signer may report. */
  | { readonly code: 'LOSS_REPORTER_UNCHECKED' }
  /** The line is not a customer's of this telecom, as far as the authority knows. Says nothing about any card. */
  | { readonly code: 'LOSS_LINE_REFUSED' }
  /** Another report of this telecom has the same `jti`. */
  | { readonly code: 'LOSS_JTI_REPEATED' }
  /** The telecom reported as many losses in an hour as it may. */
  | { readonly code: 'LOSS_LIMIT'; readonly perHour: number }
  | { readonly code: 'LOSS_REPORT_UNKNOWN' }
  /** The report is published and not on the ledger yet, so it cannot be closed. */
  | { readonly code: 'LOSS_NOT_ON_LEDGER'; readonly credential: string }
  /** Somebody else locked the card: `allowed` may unlock it. */
  | {
      readonly code: 'LOSS_UNLOCK_REFUSED'
      readonly credential: string
      readonly locked: readonly LossChannel[]
      readonly allowed: readonly LossChannel[]
    }
  /** A card is unlocked only after an identity check, and for a report that is named. */
  | { readonly code: 'LOSS_IDENTITY_NEEDED'; readonly credential: string }

export class LossError extends DojangError<LossFailure> {
  override name = 'LossError'
}

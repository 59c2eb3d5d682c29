import { DojangError } from '../../lib/errors.ts'

export type OperatorFailure =
  | { readonly code: 'OPERATOR_UNKNOWN'; readonly operator: string }
  /** The account is stopped for good. */
  | { readonly code: 'OPERATOR_STOPPED'; readonly operator: string }
  /** The roll-out policy has no centre with that id. */
  | { readonly code: 'OPERATOR_CENTRE_UNKNOWN' }
  /** The link was used, is too old, was withdrawn, or never existed. The answer is the same for all of them. */
  | { readonly code: 'OPERATOR_ENROLMENT_ENDED' }
  /** The passkey is not one of an active operator, or what it signed is not what was asked. */
  | { readonly code: 'OPERATOR_PASSKEY_REFUSED' }
  /** The act needs a proposal, and another operator who confirms it. */
  | { readonly code: 'OPERATOR_TWO_PEOPLE'; readonly kind: string }
  /** The role of the operator does not allow them to propose this. */
  | { readonly code: 'OPERATOR_MAY_NOT_PROPOSE'; readonly kind: string }
  | { readonly code: 'OPERATOR_PROPOSAL_UNKNOWN'; readonly proposal: string }
  /** The proposal was decided, is too old, or its proposer was stopped. */
  | { readonly code: 'OPERATOR_PROPOSAL_STATE'; readonly proposal: string; readonly state: string }
  /** Nobody decides about their own proposal, or about a proposal to stop themselves; nor do accounts that they invited. */
  | { readonly code: 'OPERATOR_OWN_PROPOSAL'; readonly proposal: string }
  /** The proposed limit is not higher than the present one. */
  | { readonly code: 'OPERATOR_LIMIT_NOT_RAISED'; readonly perDay: number }

export class OperatorError extends DojangError<OperatorFailure> {
  override name = 'OperatorError'
}

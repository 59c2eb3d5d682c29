import { DojangError } from '../lib/errors.ts'
import type { StatusName } from '../proof/registries/status.ts'

export type IssuerFailure =
  /** The application has its credential, for another key: one application, one card, one phone. */
  | { readonly code: 'ISSUER_ALREADY_ISSUED'; readonly application: string }
  /** The register has no such person. */
  | { readonly code: 'ISSUER_PERSON_UNKNOWN' }
  /** No card definition of that name. */
  | { readonly code: 'ISSUER_CARD_UNKNOWN'; readonly card: string; readonly known: readonly string[] }
  | { readonly code: 'ISSUER_APPLICATION_UNKNOWN'; readonly application: string }
  /** The application is not in a state that allows this step; `state` is the one it is in. */
  | {
      readonly code: 'ISSUER_APPLICATION_STATE'
      readonly application: string
      readonly state: string
      readonly step: string
    }
  /** The card cannot be applied for through this channel. */
  | { readonly code: 'ISSUER_CHANNEL_REFUSED'; readonly card: string; readonly channel: string }
  | { readonly code: 'ISSUER_CREDENTIAL_UNKNOWN'; readonly credential: string }
  /** The contract refuses the anchor: the accreditation has ended, or the account was stopped. */
  | { readonly code: 'ISSUER_ANCHOR_REFUSED'; readonly reason: string }
  /** The contract refuses the change of status; `reason` is its own error. */
  | {
      readonly code: 'ISSUER_STATUS_REFUSED'
      readonly credential: string
      readonly from: StatusName
      readonly to: StatusName
      readonly reason: string
    }
  /** The credential has that status already. */
  | { readonly code: 'ISSUER_STATUS_UNCHANGED'; readonly credential: string; readonly status: StatusName }

export class IssuerError extends DojangError<IssuerFailure> {
  override name = 'IssuerError'
}

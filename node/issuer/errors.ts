import { DojangError } from '../lib/errors.ts'
import type { StatusName } from '../proof/registries/status.ts'

export type IssuerFailure =
  /** The application has its credential, and it is for another key or cannot be fetched again. */
  | { readonly code: 'ISSUER_ALREADY_ISSUED'; readonly application: string }
  /** The register has no such person. */
  | { readonly code: 'ISSUER_PERSON_UNKNOWN' }
  /** There is no card definition with that id or vct. */
  | { readonly code: 'ISSUER_CARD_UNKNOWN'; readonly card: string; readonly known: readonly string[] }
  | { readonly code: 'ISSUER_APPLICATION_UNKNOWN'; readonly application: string }
  /** The present state of the application (`state`) does not allow this step. */
  | {
      readonly code: 'ISSUER_APPLICATION_STATE'
      readonly application: string
      readonly state: string
      readonly step: string
    }
  /** The card cannot be applied for through this channel. */
  | { readonly code: 'ISSUER_CHANNEL_REFUSED'; readonly card: string; readonly channel: string }
  | { readonly code: 'ISSUER_CREDENTIAL_UNKNOWN'; readonly credential: string }
  /** AnchorLog refuses the anchor: the accreditation has ended, or the account was stopped. */
  | { readonly code: 'ISSUER_ANCHOR_REFUSED'; readonly reason: string }
  /** StatusRegistry refuses the change of status; `reason` is the contract's error. */
  | {
      readonly code: 'ISSUER_STATUS_REFUSED'
      readonly credential: string
      readonly from: StatusName
      readonly to: StatusName
      readonly reason: string
    }
  /** The credential already has that status. */
  | { readonly code: 'ISSUER_STATUS_UNCHANGED'; readonly credential: string; readonly status: StatusName }

export class IssuerError extends DojangError<IssuerFailure> {
  override name = 'IssuerError'
}

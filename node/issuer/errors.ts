import type { Texts } from '../credential/card.ts'
import { DojangError } from '../lib/errors.ts'
import type { StatusName } from '../proof/registries/status.ts'
import type { AssertionFault } from './chip/assertion-fault.ts'
import type { SendFailure } from './messages/send-failure.ts'
import type { AlarmKind } from './reconciler/rules.ts'
import type { RenewalRefusal } from './renewal/refusal.ts'

export type IssuerFailure =
  /** The application has its credential, and it is for another key or cannot be fetched again. */
  | { readonly code: 'ISSUER_ALREADY_ISSUED'; readonly application: string }
  /** A wallet asked for the next card, and gets none now. */
  | { readonly code: 'ISSUER_NOT_RENEWED'; readonly application: string; readonly reason: RenewalRefusal }
  /** A card that was replaced stays as it is: its holder has another one. */
  | { readonly code: 'ISSUER_CREDENTIAL_REPLACED'; readonly credential: string }
  /** As many temporary cards as the configuration allows were issued today. */
  | { readonly code: 'ISSUER_TEMPORARY_LIMIT'; readonly perDay: number }
  /** The register has no such person. */
  | { readonly code: 'ISSUER_PERSON_UNKNOWN' }
  /** There is no card definition with that id or vct. */
  | { readonly code: 'ISSUER_CARD_UNKNOWN'; readonly card: string; readonly known: readonly string[] }
  /** Cards were issued under another definition. `file` is null if the definition is gone; `members` are those that differ. */
  | {
      readonly code: 'ISSUER_CARD_CHANGED'
      readonly card: string
      readonly vct: string
      readonly file: string | null
      readonly members: readonly string[]
    }
  | { readonly code: 'ISSUER_APPLICATION_UNKNOWN'; readonly application: string }
  /** The present state of the application (`state`) does not allow this step. */
  | {
      readonly code: 'ISSUER_APPLICATION_STATE'
      readonly application: string
      readonly state: string
      readonly step: string
    }
  /** Somebody else changed the application after the version that the act names. Its present state and version. */
  | {
      readonly code: 'ISSUER_APPLICATION_CHANGED'
      readonly application: string
      readonly state: string
      readonly version: number
    }
  /** The card is not made in this kind, or `chip` is missing for a plastic card or given for a mobile card. */
  | {
      readonly code: 'ISSUER_KIND_REFUSED'
      readonly card: string
      readonly kind: string
      readonly known: readonly string[]
    }
  /** The applicant is younger than the card demands. */
  | { readonly code: 'ISSUER_TOO_YOUNG'; readonly card: string; readonly minimumAge: number; readonly text: Texts }
  /** A guardian has to consent: the applicant is a minor, or the register says so. */
  | { readonly code: 'ISSUER_CONSENT_NEEDED'; readonly card: string; readonly text: Texts }
  /** An online application waits for the consent of a guardian, who has not agreed. */
  | { readonly code: 'ISSUER_GUARDIAN_UNDECIDED'; readonly application: string; readonly text: Texts }
  /** The register lacks facts that the card states. `claims` are names of claims, never values. */
  | {
      readonly code: 'ISSUER_FACTS_MISSING'
      readonly card: string
      readonly claims: readonly string[]
      /** For the clerk to say to the applicant. */
      readonly text: Texts
    }
  /** The telephone line is another person's, or nobody's that is known. `text` is for the clerk to say to the applicant. */
  | {
      readonly code: 'ISSUER_LINE_NOT_OWN' | 'ISSUER_LINE_UNKNOWN'
      readonly application: string
      readonly text: Texts
    }
  /** A transaction code cannot be sent: no message service is configured, no line was verified, or enough were sent. */
  | {
      readonly code: 'ISSUER_CODE_UNSENDABLE'
      readonly application: string
      readonly reason: 'no_service' | 'no_line' | 'limit'
      /** For the clerk. */
      readonly text: Texts
    }
  /** The message service did not take a transaction code. No offer was made. */
  | {
      readonly code: 'ISSUER_CODE_NOT_SENT'
      readonly application: string
      readonly reason: SendFailure
      readonly text: Texts
    }
  /** There is no such personalisation job. */
  | { readonly code: 'ISSUER_JOB_UNKNOWN'; readonly job: string }
  /** The job is in another state than the request needs, or another producer has taken it. */
  | { readonly code: 'ISSUER_JOB_STATE'; readonly job: string; readonly state: string }
  /** The embedded card producer and the simulated telephones work only in demo mode. */
  | { readonly code: 'ISSUER_SIMULATOR_REFUSED'; readonly mode: string }
  /** The card cannot be applied for through this channel. */
  | { readonly code: 'ISSUER_CHANNEL_REFUSED'; readonly card: string; readonly channel: string }
  /** By the roll-out policy. `from` is the day from which this applicant may apply; null if none is set. */
  | {
      readonly code: 'ISSUER_NOT_YET' | 'ISSUER_OTHER_CENTRE'
      readonly from: string | null
      /** What the clerk tells the applicant. */
      readonly say: { readonly ko: string; readonly en: string }
    }
  /** No session of the way by chip has this id, or it is over, or another wallet opened it. */
  | { readonly code: 'ISSUER_CHIP_SESSION_UNKNOWN' }
  /** The session is at another step. */
  | { readonly code: 'ISSUER_CHIP_SESSION_STEP'; readonly step: string }
  /** The register does not have the document as the present one of a person it knows. */
  | { readonly code: 'ISSUER_CHIP_NOT_PRESENT' }
  /** A face provider's answer is refused. It does not count as a failure. */
  | { readonly code: 'ISSUER_FACE_ASSERTION'; readonly reason: AssertionFault }
  /** A face provider did not find the person of the portrait, or nobody alive. `left` tries. */
  | { readonly code: 'ISSUER_FACE_NOT_MATCHED'; readonly left: number }
  /** The face did not match three times. The person can only apply at a counter. */
  | { readonly code: 'ISSUER_CHIP_TO_COUNTER' }
  /** The roll-out policy cannot be read. */
  | { readonly code: 'ISSUER_ROLLOUT_INVALID'; readonly reason: string }
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
  /** A person cannot be erased while they have credentials that are neither revoked nor expired. */
  | { readonly code: 'ISSUER_CREDENTIALS_IN_FORCE'; readonly credentials: readonly string[] }
  /** The authority has revoked as many credentials today as it may. */
  | { readonly code: 'ISSUER_REVOCATION_LIMIT'; readonly perDay: number }
  /** A card that was about to be delivered has another status on the ledger. */
  | { readonly code: 'ISSUER_CREDENTIAL_NOT_VALID'; readonly credential: string; readonly status: StatusName }
  /** Issuing is stopped until people have decided about an alarm. `reason` is the kind of the oldest one. */
  | {
      readonly code: 'ISSUER_STOPPED'
      readonly reason: AlarmKind | 'behind'
      /** Hash of the transaction that this node did not order; null if the reconciler cannot read the events. */
      readonly transaction: string | null
      readonly alarms: number
    }
  /** Alarms are accepted in two steps. The second one repeats what the first one answered in `confirm`. */
  | { readonly code: 'ISSUER_NOT_CONFIRMED'; readonly confirm: string }
  /** No alarm is open for these transactions, or for this sender. */
  | { readonly code: 'ISSUER_ALARM_UNKNOWN' }
  /** A report was named that is not, or no longer, the one for which the credential is suspended. */
  | { readonly code: 'ISSUER_REPORT_CHANGED'; readonly credential: string }
  /** The provider of the card's wallet was stopped, so its cards stay suspended. */
  | { readonly code: 'ISSUER_WALLET_STOPPED'; readonly credential: string; readonly provider: string }
  /** The ledger has no organisation with that number. */
  | { readonly code: 'ISSUER_WALLET_PROVIDER_UNKNOWN'; readonly provider: number }
  /** The present state of the provider's stop does not allow this, or the date has passed. */
  | { readonly code: 'ISSUER_WALLET_STOP_STATE'; readonly provider: number; readonly state: string }
  /** The credential already has that status. */
  | { readonly code: 'ISSUER_STATUS_UNCHANGED'; readonly credential: string; readonly status: StatusName }

export class IssuerError extends DojangError<IssuerFailure> {
  override name = 'IssuerError'
}

/** An application as the counter screen sees it: the node's answer, and what the clerk has entered so far. */

import type {
  ApplicationState,
  CodeDelivery,
  IdentityDocument,
  IdentityMeans,
  JobState,
  RefusalReason,
} from '../../../credential/application.ts'
import type { ApplicationKind } from '../../../credential/card.ts'
import { LINE_NUMBER } from '../../../lib/line-number.ts'

export interface Redemption {
  readonly walletName: string | null
  /** Two digits. The wallet shows the same ones if `showsDigits`. */
  readonly digits: string
  readonly showsDigits: boolean
  readonly at: number
  /** Whether an admitted provider attested the wallet. If not, its name is only what it says. */
  readonly walletVerified: boolean
  /** When a clerk confirmed that it is the applicant's phone. */
  readonly confirmedAt: number | null
}

export interface Application {
  readonly applicationId: string
  /** Rises with each change. The node refuses an act that names an older one. */
  readonly version: number
  readonly state: ApplicationState
  readonly card: string
  readonly kind: ApplicationKind
  readonly chip: boolean | null
  /** In won. */
  readonly fee: number
  readonly times: Readonly<Record<string, number>>
  /** How many transaction codes may still be tried, over all codes of the application. */
  readonly txCodesLeft: number
  /** Whether a line of the applicant was verified. */
  readonly lineVerified: boolean
  readonly redemption: Redemption | null
  /** The plastic card at its producer; null for a mobile card, and before the identity check. */
  readonly job: JobState | null
  /** Why the authority refused the application. */
  readonly refusal: RefusalReason | null
  readonly credentialId: string | null
  /** The block with the card's batch; null until it is anchored. */
  readonly block: number | null
}

/** A one-time offer. `txCode` must not be shown where the applicant's camera or a bystander sees it. */
export interface Handout {
  readonly offerUrl: string
  /** The same offer as a link to the wallet of this install. */
  readonly walletLink: string
  /** Null if it was sent to the line: then nobody here knows it. */
  readonly txCode: string | null
  readonly delivery: CodeDelivery
  readonly expiresAt: number
}

/** What the clerk has chosen. Nothing of it is sent before the summary was confirmed. */
export interface Draft {
  readonly card: string | null
  readonly kind: ApplicationKind
  readonly chip: boolean
  /** The clerk saw that a guardian consents. */
  readonly guardianConsent: boolean
  readonly document: IdentityDocument | null
  readonly documentNumber: string
  readonly means: readonly IdentityMeans[]
  /** As it was typed; empty: no line is verified. */
  readonly line: string
  /** Null: the line if the code can be sent to it, otherwise the slip. */
  readonly delivery: CodeDelivery | null
}

/** How the identity was checked. */
export type Identity = Pick<Draft, 'document' | 'documentNumber' | 'means'>

export const EMPTY_DRAFT: Draft = {
  card: null,
  kind: 'mobile',
  chip: false,
  guardianConsent: false,
  document: null,
  documentNumber: '',
  means: [],
  line: '',
  delivery: null,
}

/** The fields of the identity check that still need an answer, in the order of the page. */
export function missingIn(draft: Identity): readonly ('document' | 'documentNumber' | 'means')[] {
  const missing: ('document' | 'documentNumber' | 'means')[] = []
  if (draft.document === null) missing.push('document')
  if (draft.document !== null && draft.document !== 'none' && draft.documentNumber.trim() === '') {
    missing.push('documentNumber')
  }
  if (draft.means.length === 0) missing.push('means')
  return missing
}

/** What is wrong with the number of the line. */
export function lineFault({ line }: Draft): 'missing' | 'malformed' | undefined {
  if (line.trim() === '') return 'missing'
  return LINE_NUMBER.test(line.trim()) ? undefined : 'malformed'
}

/** @param messages whether the install has a service that sends text messages */
export const canText = ({ line }: Draft, application: Application | null, messages: boolean): boolean =>
  messages && (line.trim() !== '' || application?.lineVerified === true)

export function deliveryOf(draft: Draft, application: Application | null, messages: boolean): CodeDelivery {
  return canText(draft, application, messages) ? (draft.delivery ?? 'line') : 'slip'
}

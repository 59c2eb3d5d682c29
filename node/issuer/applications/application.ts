import type { ApplicationState, IdentityMeans, RefusalReason } from '../../credential/application.ts'
import type { ApplicationKind, Channel } from '../../credential/card.ts'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { type Codec, jsonCodec } from '../../store/store.ts'

export const CANCEL_REASONS = ['operator', 'applicant', 'mistake', 'tx_code_exhausted'] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]

/** One person's request for one card. Holds no personal data: the person is a random id. */
export interface Application {
  /** 16 random bytes, base64url. */
  readonly id: string
  /** Counts the changes of the record. A clerk's act names the version that the clerk saw. */
  readonly version: number
  readonly person: Hex
  readonly vct: string
  readonly channel: Channel
  readonly kind: ApplicationKind
  /** Whether a plastic card gets a chip; null for a mobile card. */
  readonly chip: boolean | null
  /** In won, from the card definition at the time of the application. */
  readonly fee: number
  /** The centre of the clerk who took it; null for other channels and for the command line. */
  readonly centre: string | null
  readonly state: ApplicationState
  /** The last time of each state. */
  readonly times: Readonly<Partial<Record<ApplicationState, UnixSeconds>>>
  /** Null until the identity was checked. */
  readonly identity: IdentityCheck | null
  /** Counted over all offers of the application: a new offer gives no new attempts. */
  readonly wrongTxCodes: number
  /** SHA-256 of the code of the one offer that counts. */
  readonly offer: Hex | null
  /** By which wallet the offer was redeemed. Null before, after *stop*, and for an offer that no clerk confirms. */
  readonly redemption: Redemption | null
  /**
   * Random tag of the applicant's verified line, hex; null if no line was verified. Not derived from the number, so it
   * reveals nothing after the person was erased.
   */
  readonly lineTag: Hex | null
  /** The number of that line, base64url, sealed under the person's key: for messages to it. */
  readonly sealedLine: string | null
  /** Null unless the state is `refused`. */
  readonly refusal: RefusalReason | null
  /** The application whose card this one renewed without a visit. Nobody applied: it begins as issued. Null for all others. */
  readonly renews: string | null
  /** The consent of a guardian that an online application needs; null if it needs none. Without it no card is offered. */
  readonly guardian: GuardianConsent | null
}

export interface GuardianConsent {
  readonly state: 'waiting' | 'agreed' | 'refused'
  /** Counts the codes that the applicant was given for the guardian. Only the last one counts. */
  readonly code: number
  /** When the last code ends. */
  readonly until: UnixSeconds
  /** The guardian who decided: a random id, as `person`. */
  readonly by: Hex | null
}

/** What a step changes beside the state. */
export type ApplicationChanges = Partial<
  Pick<
    Application,
    'identity' | 'offer' | 'wrongTxCodes' | 'redemption' | 'lineTag' | 'sealedLine' | 'refusal' | 'guardian'
  >
>

/** Who checked the applicant's identity, and how. */
export interface IdentityCheck {
  /** The id of the staff member or provider, never a name. */
  readonly by: string
  /** The document or method. */
  readonly how: string
  /** Absent if only the document was named. */
  readonly means?: readonly IdentityMeans[]
  /** The level of assurance that an identity provider states. */
  readonly acr?: string
  /** The document's number, base64url, sealed under the person's key. */
  readonly sealedNumber?: string
}

/** The wallet that redeemed a clerk's offer, and whether the clerk has confirmed that it is the applicant's. */
export interface Redemption {
  readonly at: UnixSeconds
  /** The name of its provider on the ledger if it is attested, otherwise the client_id that it gave, or null. */
  readonly walletName: string | null
  /** Whether an admitted provider attested the wallet. If not, its name is only what it says. */
  readonly walletVerified: boolean
  /** See `redemptionDigits`. */
  readonly digits: string
  /** Whether this wallet is known to show the digits. If not, only the transaction code ties it to the applicant. */
  readonly showsDigits: boolean
  /** SHA-256 of its access token, which *stop* ends. */
  readonly token: Hex
  /** When a clerk confirmed that it is the applicant's phone. Until then no card is signed. */
  readonly confirmedAt: UnixSeconds | null
}

/** What an application that was just made has not. */
export const BEGINNING = {
  ...{ identity: null, wrongTxCodes: 0, offer: null, redemption: null },
  ...{ lineTag: null, sealedLine: null, refusal: null, renews: null },
} as const

/** Members that records of earlier versions do not have. */
type Added =
  | ('version' | 'kind' | 'chip' | 'fee' | 'centre' | 'redemption' | 'lineTag' | 'sealedLine' | 'refusal')
  | ('guardian' | 'renews')
const BEFORE: Pick<Application, Added> = {
  version: 0,
  kind: 'mobile',
  chip: null,
  fee: 0,
  centre: null,
  redemption: null,
  lineTag: null,
  sealedLine: null,
  refusal: null,
  guardian: null,
  renews: null,
}

type StoredApplication = Omit<Application, 'vct' | Added> &
  Partial<Pick<Application, Added>> & { readonly card: string }
const stored = jsonCodec<StoredApplication>()

/** On disk the vct is named `card`. */
export const applicationCodec: Codec<Application> = {
  encode: ({ id, person, vct, ...rest }) => stored.encode({ id, person, card: vct, ...rest }),
  decode: bytes => {
    const { card, ...rest } = stored.decode(bytes)
    return { ...BEFORE, ...rest, vct: card }
  },
}

export const personOf = (application: Application): Uint8Array => fromHex(application.person)

/** Whether the wallet of this application has to wait until a clerk has looked at its digits. */
export const isHeld = ({ redemption }: Application): boolean => redemption !== null && redemption.confirmedAt === null

import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { WriteOp } from '../../store/store.ts'
import type { Application, Redemption } from '../applications/application.ts'

export const TX_CODE_LENGTH = 6

/** How a wallet may redeem an offer: with the pre-authorized code, or with an authorization code. */
export const GRANTS = ['pre-authorized', 'code'] as const
export type OfferGrant = (typeof GRANTS)[number]

/** On disk under SHA-256 of its pre-authorized code; neither code nor transaction code can be read from it. */
export interface Offer {
  readonly application: string
  /** credential_configuration_id */
  readonly configuration: string
  readonly expiresAt: UnixSeconds
  /** Keyed hash of the transaction code; null for an offer that is bound to a key. */
  readonly txCode: Hex | null
  /** RFC 7638 thumbprint of the only DPoP key that can redeem it. Absent: whoever knows the transaction code can. */
  readonly boundTo?: string
  readonly redeemedAt: UnixSeconds | null
  /** The only grant that the link names; both if absent. */
  readonly grant?: OfferGrant
  /** True: the applicant signed in at an identity provider. There is no transaction code, and only the grant `code`. */
  readonly signedIn?: boolean
  /** True: a clerk confirms the wallet that redeemed the offer before a card is signed. */
  readonly confirmed?: boolean
}

/** OpenID4VCI 1.0 §4.1.1. */
export interface CredentialOffer {
  readonly credential_issuer: string
  readonly credential_configuration_ids: readonly string[]
  readonly grants: {
    readonly authorization_code?: { readonly issuer_state: string }
    readonly 'urn:ietf:params:oauth:grant-type:pre-authorized_code'?: {
      readonly 'pre-authorized_code': string
      /** Absent for an offer that is bound to a key. */
      readonly tx_code?: { readonly input_mode: 'numeric'; readonly length: number; readonly description: string }
    }
  }
}

/** The link, which the applicant gets as a QR code, and the transaction code, which is handed over separately. */
export interface OfferHandout {
  readonly applicationId: string
  /** By reference, short enough for a QR code. */
  readonly offerUrl: string
  /** The same offer by value, for a wallet that cannot fetch it. */
  readonly offerUrlByValue: string
  /** Six digits, never shown together with the QR code. */
  readonly txCode: string
  readonly expiresAt: UnixSeconds
}

/** An offer to an applicant who signed in, and the operations that store it. */
export interface SignedInOffer {
  readonly ref: Hex
  readonly offerUrl: string
  readonly expiresAt: UnixSeconds
  readonly ops: readonly WriteOp[]
}

/** What a wallet shows when it redeems an offer. */
export interface Redeemer {
  /** Thumbprint of the DPoP key whose proof was verified. */
  readonly jkt: string
  /** Undefined if it sent none. */
  readonly txCode: string | undefined
}

/** What distinguishes offers. */
export type OfferKind = Pick<Offer, 'grant' | 'confirmed' | 'signedIn' | 'boundTo'>

/** Creates the result that the wallet gets. Its operations are committed together with the change of the offer. */
export type OfferResult<T> = (
  application: Application,
  offer: Offer,
) => { readonly ops: readonly WriteOp[]; readonly value: T; readonly redemption?: Redemption }

import { DojangError } from '../../../lib/errors.ts'

/** What the screens have to say to the holder. Each code has its sentences there, in Korean and English. */
export type WalletFailure =
  /** No passkey was created yet. */
  | { readonly code: 'WALLET_NOT_SET_UP' }
  /** The browser or the device has no passkeys, or none with which it verifies its user. */
  | { readonly code: 'WALLET_PASSKEY_UNSUPPORTED' }
  /** The person or the browser ended the passkey's ceremony. */
  | { readonly code: 'WALLET_PASSKEY_CANCELLED' }
  /** A touch of the passkey serves one act, within a minute. */
  | { readonly code: 'WALLET_TOUCH_SPENT' }
  /** The key of a card cannot be opened any more: the passkey that wrapped it is gone or another. */
  | { readonly code: 'WALLET_KEY_LOST' }
  /** The browser's database failed or is full. */
  | { readonly code: 'WALLET_STORAGE' }
  | { readonly code: 'WALLET_CARD_UNKNOWN' }
  /** The link is no offer, or its issuer does not offer what it says. */
  | { readonly code: 'WALLET_OFFER_INVALID'; readonly reason: OfferProblem }
  /** The code was used or has expired, or the transaction code is wrong. The issuer does not say which. */
  | { readonly code: 'WALLET_CODE_REFUSED' }
  /** The issuer ended the application: the clerk pressed "stop", or there is a newer offer. */
  | { readonly code: 'WALLET_ISSUING_STOPPED' }
  /** The issuer gives no next card for this one, or not to this wallet: the counter can tell why. */
  | { readonly code: 'WALLET_RENEWAL_REFUSED' }
  /** The issuer does not admit this wallet, or stopped it. */
  | { readonly code: 'WALLET_STOPPED' }
  /** The issuer serves others first. Seconds until the next try. */
  | { readonly code: 'WALLET_BUSY'; readonly retryAfter: number }
  /** The issuer answered with an error of OAuth or OpenID4VCI. */
  | { readonly code: 'WALLET_ISSUER_REFUSED'; readonly error: string; readonly status: number }
  /** The browser came back from an issuer's page, and no card follows. */
  | { readonly code: 'WALLET_RETURN_REFUSED'; readonly reason: ReturnProblem }
  /** The ledger does not say that this issuer may issue this card. */
  | { readonly code: 'WALLET_ISSUER_UNTRUSTED'; readonly reason: string }
  /** The delivered card is not the one offered, is bound to another key, or would not be accepted by a verifier. */
  | { readonly code: 'WALLET_CARD_REFUSED'; readonly reason: string }
  /** A server gave no answer. */
  | { readonly code: 'WALLET_UNREACHABLE'; readonly host: string }
  /** A server's answer cannot be used: too long, malformed, or a redirect. */
  | { readonly code: 'WALLET_ANSWER_INVALID'; readonly host: string; readonly reason: string }
  /** This device's clock differs by minutes from the ledger's or the asker's. */
  | { readonly code: 'WALLET_CLOCK'; readonly ahead: boolean }
  /** The request is not one that an honest asker makes. */
  | { readonly code: 'WALLET_REQUEST_INVALID'; readonly reason: string }
  /** The request asks for something that this wallet does not do. */
  | { readonly code: 'WALLET_REQUEST_UNSUPPORTED'; readonly reason: string }
  | { readonly code: 'WALLET_REQUEST_EXPIRED' }
  /** The chosen cards do not answer the request. */
  | { readonly code: 'WALLET_CHOICE_INVALID' }
  /** The asker is not known to be registered, and asks for claims that identify the holder. */
  | { readonly code: 'WALLET_ASKER_UNREGISTERED' }
  /** More is asked than the asker is registered for, and the holder has not agreed to that expressly. */
  | { readonly code: 'WALLET_BEYOND_REGISTRATION' }
  /** The asker did not take the answer. */
  | { readonly code: 'WALLET_ASKER_REFUSED'; readonly status: number }
  /** This purpose requires that the asker shows a request first. */
  | { readonly code: 'WALLET_ONE_WAY_REFUSED' }
  /** The authority does not take the preparation for a loss; `reason` is its code. */
  | { readonly code: 'WALLET_LOSS_REFUSED'; readonly reason: string }
  /** A passphrase that is too short, or not the one of the file. */
  | { readonly code: 'WALLET_PASSPHRASE'; readonly reason: 'too_short' | 'wrong' }

export type OfferProblem =
  | 'not_an_offer'
  | 'insecure_url' //     neither https, nor http on loopback
  | 'no_grant' //         none that this wallet knows
  | 'unknown_card' //     the issuer's metadata has no such card
  | 'other_issuer' //     the metadata are those of another issuer
  | 'unsupported_card' // another format, or without binding to a P-256 key
  | 'metadata_unsigned' // with HAIP, the issuer's metadata are signed
  | 'metadata_forged' //  signed, but malformed, out of date, or with a wrong signature

export type ReturnProblem =
  | 'unknown' //      no request of this browser: begun elsewhere, used already, or made up by somebody else
  | 'expired' //      it took too long, or the code was used
  | 'other_issuer' // the response is not that of the server that was asked
  | 'declined' //     the holder cancelled, or the issuer gives no card
  | 'unavailable' //  the issuer cannot do it now
  | 'refused' //      the issuer answered with another error

export type WalletCode = WalletFailure['code']

export class WalletError extends DojangError<WalletFailure> {
  override name = 'WalletError'
}

/** The sentence is for logs and developers. The screens have their own, by the code. */
export const walletError = (detail: WalletFailure, message: string, cause?: unknown): WalletError =>
  new WalletError(detail, message, { cause })

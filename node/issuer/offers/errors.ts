import { DojangError } from '../../lib/errors.ts'

/** Reasons why an offer cannot be redeemed. A wallet receives only `invalid_grant`, because the reason would help a thief. */
export type OfferFailure =
  | { readonly code: 'OFFER_UNKNOWN' }
  | { readonly code: 'OFFER_EXPIRED' }
  /** The one-time code was used. */
  | { readonly code: 'OFFER_REDEEMED' }
  /** There is a newer offer, or the application was cancelled. */
  | { readonly code: 'OFFER_ENDED' }
  /** The offer is for another wallet. */
  | { readonly code: 'OFFER_OTHER_KEY' }
  | { readonly code: 'OFFER_TX_CODE_WRONG'; readonly left: number }

const SENTENCES: Readonly<Record<OfferFailure['code'], string>> = {
  OFFER_UNKNOWN: 'There is no such offer. Ask for a new one.',
  OFFER_EXPIRED: 'The offer has expired. Ask for a new one.',
  OFFER_REDEEMED: 'The offer was already used. Ask for a new one.',
  OFFER_ENDED: 'The offer is no longer valid. Ask for a new one.',
  OFFER_OTHER_KEY: 'The offer is for another wallet. Continue on the phone that asked for it.',
  OFFER_TX_CODE_WRONG: 'The transaction code is wrong. Read it again from the slip or message.',
}

export class OfferError extends DojangError<OfferFailure> {
  override name = 'OfferError'

  constructor(detail: OfferFailure) {
    super(detail, SENTENCES[detail.code])
  }
}

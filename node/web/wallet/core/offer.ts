/** What an issuer offers, and what the wallet makes of it. */
import type { Texts } from './texts.ts'

export interface Offer {
  readonly issuer: {
    readonly url: string
    /** What the issuer calls itself: not proved. Show `standing` beside it. */
    readonly name: Texts | null
    readonly standing: IssuerStanding
  }
  readonly card: { readonly vct: string; readonly name: Texts; readonly description: Texts | null }
  /** Null if no transaction code is needed. */
  readonly txCode: { readonly length: number | null; readonly numeric: boolean } | null
  /** The host of the page on which the issuer identifies the holder (`authorize`); null: `redeem` leads to the card. */
  readonly signIn: { readonly host: string } | null
}

/** What the ledger says about an issuer and the card that it offers. */
export type IssuerStanding =
  | {
      readonly state: 'accredited'
      readonly organisation: { readonly id: number; readonly name: string }
      /** Seconds since this was known to be so. */
      readonly age: number
    }
  | { readonly state: 'not_accredited'; readonly reason: 'issuer_unknown' | 'ended' | 'card_not_granted' }
  /** `no_seals`: a ledger for development, of which nothing can be proved. */
  | { readonly state: 'unknown'; readonly reason: 'unreachable' | 'stale' | 'no_seals' }

export interface Redemption {
  readonly issuer: Offer['issuer']
  readonly card: Offer['card']
  /** Two digits, which the clerk's screen shows too; null if no clerk compares them. */
  readonly digits: string | null
}

export interface ReceiveOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  /** Called each time that the issuer says that the clerk has not confirmed yet. */
  readonly onWaiting?: () => void
}

/**
 * The wallet as its screens use it. Everything behind this interface runs without a page: time, randomness, network,
 * storage and passkey are parameters of `openWallet` (open.ts).
 *
 * Every method rejects with a `WalletError` whose code the screens explain, and with nothing else but a fault of ours.
 *
 *   openOffer ─▶ redeem(transaction code) ─▶ two digits ─▶ touch ─▶ receive ─▶ a card
 *   openOffer or cardsOf ─▶ authorize ─▶ the issuer's page ─▶ finishAuthorization ─▶ touch ─▶ receive ─▶ a card
 *   openRequest ─▶ consent ─▶ touch ─▶ answer
 *
 * `touch` is the passkey with user verification. Call it from the press of a button, since browsers demand that. Its result
 * serves one act within a minute.
 */
import type { JsonValue } from '../../../lib/json.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import type { StatusName } from '../../../proof/registries/status.ts'
import type { Preset } from '../../../verifier/presets/preset.ts'
import type { ChipSession } from './chip-session.ts'
import type { LossPreparing } from './loss-means.ts'
import type { Offer, ReceiveOptions, Redemption } from './offer.ts'
import type { HistoryEntry, Notice } from './records.ts'
import type { RenewOptions, Told } from './renewal.ts'
import type { Texts } from './texts.ts'

export interface Wallet extends LossPreparing {
  /** How the holder keys of this wallet are kept; null before `setUp`. */
  protection(): Promise<Protection | null>
  /** Creates the passkey. Call it, as `touch`, from the press of a button. */
  setUp(): Promise<Protection>
  touch(): Promise<Touch>

  /** In the order in which they were received. */
  cards(): Promise<readonly Card[]>
  card(id: string): Promise<Card>
  /** Deletes a card and its key from this device. At the issuer it remains what it is. */
  removeCard(id: string): Promise<void>

  /** @param link what was scanned, pasted, or the address of the page `/wallet/offer?…` */
  openOffer(link: string): Promise<Offer>
  /**
   * What an issuer gives to a holder without an offer: one for each of its cards that this wallet supports.
   * @param issuer its URL
   */
  cardsOf(issuer: string): Promise<readonly Offer[]>
  /**
   * Begins at the issuer, for an offer with `signIn`. What was begun before is given up.
   * @returns the address of the issuer's page, to which the browser goes. It comes back to `/wallet/returned`
   */
  authorize(offer: Offer): Promise<string>
  /**
   * @param address at which the browser came back, in this page or another one of the same browser. If the issuer gave no
   * answer, the same address can be tried again; otherwise it works once
   */
  finishAuthorization(address: string): Promise<Redemption>
  /**
   * Opens a session at the wallet's own authority for a card by the chip of an IC card. This wallet cannot read the chip: a kiosk
   * does, beside the phone.
   */
  openChipSession(vct: string): Promise<ChipSession>
  /**
   * Redeems the offer's code for the right to one card. A wrong transaction code counts at the issuer. The right survives
   * a reload of the page.
   */
  redeem(offer: Offer, txCode?: string): Promise<Redemption>
  /** What was redeemed and not received yet, for example because the phone closed the page; null if there is nothing. */
  pendingRedemption(): Promise<Redemption | null>
  /** Gives up what was redeemed. */
  abandonRedemption(): Promise<void>
  /**
   * Requests the redeemed card with a new key, checks it as a verifier would, and stores it. Waits while a clerk compares
   * the digits. If the answer was lost, the same call gets the same card with a new touch.
   */
  receive(touch: Touch, options?: ReceiveOptions): Promise<Card>
  /** A new card for a `renewable` one, with a new key. The old one stays until then. If the answer was lost: the same call. */
  renew(cardId: string, touch: Touch, options?: RenewOptions): Promise<Card>
  /** Asks the authority now about the card, as `told`. Not for cards of others. */
  askAbout(cardId: string): Promise<Card>

  /** @param link what was scanned, pasted, or the address of the page `/wallet/request?…` */
  openRequest(link: string): Promise<CardRequest>
  /** Sends what the choice says and no more, and remembers it in the history. */
  answer(request: CardRequest, choice: Choice, touch: Touch): Promise<Answered>
  /** Tells the asker, where it can be told, and remembers it in the history. */
  decline(request: CardRequest): Promise<Answered>

  /**
   * In person, two-way: the request that the checker's screen shows.
   * @param message what `FrameReader` completed
   */
  openShownRequest(message: Uint8Array): Promise<CardRequest>
  /** @returns the answer to it, to be shown as a code (`framesOf`); null if it was sent to the address in the request */
  answerShown(request: CardRequest, choice: Choice, touch: Touch): Promise<Uint8Array | null>
  declineShown(request: CardRequest): Promise<Uint8Array | null>
  /**
   * In person, one-way: what a code for this purpose would show. Nobody has asked, and whoever sees the code can read it.
   */
  openOneWay(preset: Preset): Promise<OneWayRequest>
  /** The code is made anew every 15 seconds (`next`), for three minutes after the touch at most. */
  showOneWay(request: OneWayRequest, choice: Choice, touch: Touch): Promise<OneWayShow>

  /** In person, rendezvous: opens a session at the authority's relay. Needs a network. */
  openMeeting(): Promise<Meeting>

  /** Brings the ledger's copy and the status of the own cards up to date. Offline it only says how old they are. */
  refresh(): Promise<Knowledge>
  /** What this wallet knows of the ledger, and how old that is. */
  knowledge(): Promise<Knowledge>
  /** The most urgent first. */
  notices(): Promise<readonly Notice[]>
  /** The newest first. */
  history(): Promise<readonly HistoryEntry[]>
  clearHistory(): Promise<void>
  /** Cards and history, encrypted under the passphrase. Keys cannot leave the device: the file shows no card to a verifier. */
  export(passphrase: string): Promise<Uint8Array>
  /** Deletes everything from this device. */
  erase(): Promise<void>
}

/**
 * `software_prf`: the key is encrypted under a secret that the authenticator gives only after it verified the user.
 * `software`: the browser keeps the key and does not export it, but the passkey's check is the wallet's own.
 * Both are software: whoever controls the device's system can use the key while the wallet uses it.
 */
export type KeyLevel = 'software_prf' | 'software'

export interface Protection {
  readonly level: KeyLevel
  /** Whether the browser promised not to delete the cards when it needs room. */
  readonly persistent: boolean
}

/** A verified user, for one act. */
export interface Touch {
  readonly at: UnixSeconds
}

export interface Card {
  readonly id: string
  readonly vct: string
  readonly name: Texts
  /** `iss` of the card. */
  readonly issuer: string
  /** The name in the ledger's registry; null if the ledger has no seals, so that nothing is proved. */
  readonly organisation: string | null
  /** In the issuer's order, without the anchor and the portrait. */
  readonly claims: readonly CardClaim[]
  /** A data URL; null if the card has no portrait. */
  readonly portrait: string | null
  readonly receivedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  readonly keyLevel: KeyLevel
  /** `null` while it was never learned. It is never more than what was known at that time. */
  readonly status: { readonly word: StatusName; readonly at: UnixSeconds } | null
  /** A temporary card, issued while the ledger was out of reach. It is exchanged within its 72 hours, by itself. */
  readonly provisional: boolean
  /** Whether the issuer gave what `renew` needs. */
  readonly renewable: boolean
  /** Null if the authority was not asked, or is not the issuer. */
  readonly told: Told | null
  /** A renewal was begun and is not finished. */
  readonly renewing: boolean
}

export interface CardClaim {
  readonly path: readonly string[]
  /** The issuer's words; null if it has none for this claim. */
  readonly label: Texts | null
  readonly value: JsonValue
}

export interface CardRequest {
  readonly asker: Asker
  readonly expiresAt: UnixSeconds | null
  /** One of each group's options has to be chosen; of a group that is not required, none is possible too. */
  readonly groups: readonly RequestGroup[]
  /** Whether the holder's cards can answer every required group. */
  readonly answerable: boolean
  /** Two digits that the screen with the QR code shows, too; null if it shows none. */
  readonly digits: string | null
}

export interface Asker {
  readonly registration: AskerRegistration
  /** Where the answer goes; null in person. */
  readonly host: string | null
}

export type AskerRegistration =
  | {
      readonly state: 'registered'
      /** The name in the registry. */
      readonly organisation: string
      /** Of the registered request policy. */
      readonly service: Texts
      readonly purposes: readonly Texts[]
      readonly certificate: 'own' | 'till'
      /** Seconds since the registration was known to be so. */
      readonly age: number
    }
  | { readonly state: 'unregistered'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: 'stale' | 'unreachable' | 'no_seals' }

export interface RequestGroup {
  readonly required: boolean
  readonly options: readonly RequestOption[]
}

/** Cards that answer together. */
export interface RequestOption {
  readonly parts: readonly RequestPart[]
  /** Whether the holder has a card for each part that this asker may get. */
  readonly possible: boolean
}

export interface RequestPart {
  /** The id of the credential query. */
  readonly query: string
  readonly vcts: readonly string[]
  /** The holder's cards that answer it, the best first. */
  readonly candidates: readonly Candidate[]
  /** Why there is none: no such card, or claims that this wallet does not show to an asker that is not registered. */
  readonly lack: 'no_card' | 'withheld' | null
}

export interface Candidate {
  readonly cardId: string
  readonly claims: readonly SharedClaim[]
}

/** A claim that the asker would get. */
export interface SharedClaim {
  readonly path: readonly (string | number | null)[]
  readonly label: Texts | null
  readonly value: JsonValue
  /** Asked beyond the registration. */
  readonly beyond: boolean
}

export interface Choice {
  /** For each credential query that is answered, the card. */
  readonly cards: ReadonlyMap<string, string>
  /** The holder saw what is asked beyond the registration, and agreed to it. */
  readonly beyondAgreed?: boolean
}

export interface OneWayRequest {
  readonly preset: Preset
  readonly groups: readonly RequestGroup[]
  readonly answerable: boolean
}

export interface OneWayShow {
  /** Seconds after which the next code has to be shown. */
  readonly renewal: number
  readonly endsAt: UnixSeconds
  /** The message for `framesOf`: made for this moment. @throws {WalletError} WALLET_TOUCH_SPENT after the end */
  next(): Promise<Uint8Array>
  /** Forgets the keys. */
  end(): void
}

export interface Meeting {
  /** The text of a code that stands still. */
  readonly code: string
  /** When the code is worth nothing any more, if no checker has read it. */
  readonly endsAt: UnixSeconds
  /** Waits for the request of the checker that read the code. */
  request(signal?: AbortSignal): Promise<CardRequest>
  answer(request: CardRequest, choice: Choice, touch: Touch): Promise<void>
  decline(request: CardRequest): Promise<void>
}

export interface Answered {
  /** Where the browser goes on, on the same device. */
  readonly redirectUri: string | null
}

export interface Knowledge {
  /** `no_seals`: a ledger for development, of which nothing can be proved. */
  readonly ledger:
    | { readonly state: 'proved'; readonly block: number; readonly time: UnixSeconds; readonly age: number }
    | { readonly state: 'none' | 'no_seals' }
  /** Whether the last attempt to refresh it succeeded. */
  readonly online: boolean
  /** This device's clock compared with the newest block; null if it cannot be told. */
  readonly clock: 'right' | 'ahead' | 'behind' | null
}

/**
 * One-time offers (OpenID4VCI 1.0 §4.1). The link contains a random id. The pre-authorized code and the issuer state
 * are derived from it with a key of this install, so the offer can be served again after a restart. The database has
 * only hashes of them, so a reader of the database cannot redeem an offer (docs/decisions/050).
 *
 * An offer is redeemed in the same commit that stores the access token or the authorization code. After a crash it is
 * either unused, or used with that token on disk. If the response is lost, the clerk makes a new offer
 * (docs/decisions/051).
 */
import { sha256 } from '#crypto'
import type { CodeDelivery } from '../../credential/application.ts'
import { OFFER_LIFETIME, TX_CODE_TRIES } from '../../credential/application.ts'
import type { Cards } from '../../credential/cards.ts'
import { equalSecret } from '../../keys/secret.ts'
import { fromHex, type Hex, toBase64url, toHex, utf8 } from '../../lib/bytes.ts'
import { type Random, randomBelow } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Application, Redemption } from '../applications/application.ts'
import type { ApplicationStep, Applications } from '../applications/applications.ts'
import type { Journal } from '../journal.ts'
import { OfferError } from './errors.ts'
import {
  type CredentialOffer,
  type Offer,
  type OfferGrant,
  type OfferHandout,
  type OfferKind,
  type OfferResult,
  type Redeemer,
  type SignedInOffer,
  TX_CODE_LENGTH,
} from './offer.ts'
import { OfferCodes } from './offer-codes.ts'
import { isOver, isOverdue } from './offer-times.ts'

export interface OffersOptions {
  readonly cards: Cards
  readonly store: Store
  readonly journal: Journal
  readonly applications: Applications
  readonly vault: Vault
  /** 32 bytes */
  readonly master: Uint8Array
  /** The Credential Issuer Identifier: no trailing slash. */
  readonly publicUrl: string
  readonly clock: Clock
  readonly random: Random
}

/** Sends a transaction code to the applicant of this application. */
export type SendCode = (application: Application, txCode: string, expiresAt: UnixSeconds) => Promise<void>

type Facts = Readonly<Record<string, string>>

interface NewOffer extends ApplicationStep {
  readonly key: Uint8Array
  readonly offer: Offer
}

export class Offers {
  readonly #table: Table<Uint8Array, Offer>
  readonly #codes: OfferCodes

  constructor(private readonly options: OffersOptions) {
    this.#table = new Table(options.store, Bucket.offer, bytesCodec, jsonCodec())
    this.#codes = new OfferCodes(options.master, options.publicUrl)
  }

  /**
   * Creates an offer for an application whose applicant was identified. It replaces the previous offer.
   * @param grant the only one that the wallet learns of; without it the wallet has the choice
   * @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN, ISSUER_APPLICATION_STATE
   */
  create(applicationId: string, grant?: OfferGrant): Promise<OfferHandout> {
    return this.#create(applicationId, { ...(grant && { grant }) })
  }

  /**
   * As `create`, for an offer at the counter's screen: a clerk confirms the wallet that redeemed it. Such an offer has no
   * authorization code, because its two digits are computed from the pre-authorized code.
   * @param check is called with the application before anything is changed, and throws if the act is refused
   * @param send sends the transaction code before the offer is stored; if it throws, there is no offer
   */
  createConfirmed(
    applicationId: string,
    facts: { readonly by: string; readonly delivery: CodeDelivery },
    check: (application: Application) => void,
    send?: SendCode,
  ): Promise<OfferHandout> {
    return this.#create(applicationId, { grant: 'pre-authorized', confirmed: true }, facts, check, send)
  }

  /**
   * An offer to an applicant who signed in at an identity provider. It has no transaction code: the page of the authorization
   * endpoint asks for the sign-in. Call inside `locked`, or with a new application, and commit the operations.
   * @throws {IssuerError} ISSUER_APPLICATION_STATE, ISSUER_GUARDIAN_UNDECIDED
   */
  signedIn(application: Application, facts: Readonly<Record<string, string>>): SignedInOffer {
    const id = toBase64url(this.options.random(24))
    const { key, offer, ops } = this.#new(application, id, null, { grant: 'code', signedIn: true }, facts)
    return { ref: toHex(key), offerUrl: this.linkOf(id), expiresAt: offer.expiresAt, ops }
  }

  /**
   * The offer of an application whose wallet is known already: only its DPoP key can redeem it, so there is no transaction
   * code, and the link need not be kept secret. For a commit with more than that.
   * @param id at least 24 random bytes, base64url: whoever knows it can read the link again
   * @throws {IssuerError} ISSUER_APPLICATION_STATE
   */
  prepareBound(application: Application, id: string, jkt: string): ApplicationStep {
    return this.#new(application, id, null, { grant: 'pre-authorized', boundTo: jkt })
  }

  /** The link to an offer, for a wallet. */
  linkOf(id: string): string {
    return this.#codes.linkOf(id)
  }

  /** The step that makes a new offer the one that counts. */
  #new(application: Application, id: string, txCode: string | null, kind: OfferKind, facts: Facts = {}): NewOffer {
    const { cards, applications, clock } = this.options
    const key = this.#codes.keyOf(id)
    const offer: Offer = {
      application: application.id,
      configuration: cards.byVct(application.vct)?.id ?? application.vct,
      expiresAt: clock() + OFFER_LIFETIME,
      txCode: txCode === null ? null : this.#txCodeHash(key, txCode),
      redeemedAt: null,
      ...kind,
    }
    const step = applications.move(application, 'offered', { offer: toHex(key), redemption: null }, facts)
    return { ...step, key, offer, ops: [this.#table.put(key, offer), ...step.ops] }
  }

  #create(
    applicationId: string,
    kind: Pick<Offer, 'grant' | 'confirmed'>,
    facts: Facts = {},
    check: (application: Application) => void = () => {},
    send?: SendCode,
  ): Promise<OfferHandout> {
    const { applications, store, random } = this.options
    return applications.locked(applicationId, async application => {
      check(application)
      const id = toBase64url(random(24))
      const txCode = String(randomBelow(random, 10 ** TX_CODE_LENGTH)).padStart(TX_CODE_LENGTH, '0')
      // Before the code is sent: a refused step sends nothing.
      const { offer, ops } = this.#new(application, id, txCode, kind, facts)
      await send?.(application, txCode, offer.expiresAt)
      await store.commit(ops)
      return this.#codes.handout(id, offer, txCode)
    })
  }

  /**
   * The offer of a link, even if it is used or expired. The token endpoint then refuses it with the standard's error code.
   */
  object(id: string): CredentialOffer | undefined {
    const offer = this.#table.get(this.#codes.keyOf(id))
    return offer && this.#codes.object(id, offer)
  }

  byCode(code: string): Hex | undefined {
    const key = sha256(utf8(code))
    return this.#table.has(key) ? toHex(key) : undefined
  }

  byIssuerState(issuerState: string): Hex | undefined {
    return this.byCode(this.#codes.codeOf(issuerState))
  }

  /** @throws {OfferError} OFFER_UNKNOWN */
  require(ref: Hex): Offer {
    const offer = this.#table.get(fromHex(ref))
    if (!offer) throw new OfferError({ code: 'OFFER_UNKNOWN' })
    return offer
  }

  /**
   * Redeems the offer for a wallet that knows its transaction code, or holds the key that the offer is bound to, and
   * commits the result in the same step.
   * @throws {OfferError}
   */
  redeem<T>(ref: Hex, { jkt, txCode = '' }: Redeemer, makeResult: OfferResult<T>): Promise<T> {
    return this.#withOpenOffer(ref, async (offer, application) => {
      if (offer.boundTo === undefined) await this.#verifyTxCode(ref, offer, application, txCode)
      else this.#verifyKey(offer, jkt)
      const { ops, value, redemption } = makeResult(application, offer)
      await this.options.store.commit([...ops, ...this.#redeemed(ref, offer, application, redemption)])
      return value
    })
  }

  /**
   * Verifies the transaction code and commits the result. The offer remains to be redeemed by `redeemVerified`.
   * @throws {OfferError}
   */
  verifyTxCode<T>(ref: Hex, txCode: string, makeResult: OfferResult<T>): Promise<T> {
    return this.#withOpenOffer(ref, async (offer, application) => {
      await this.#verifyTxCode(ref, offer, application, txCode)
      const { ops, value } = makeResult(application, offer)
      await this.options.store.commit(ops)
      return value
    })
  }

  /**
   * Commits the result for an applicant who has signed in. The offer remains to be redeemed by `redeemVerified`.
   * @param person who signed in
   * @throws {OfferError} OFFER_ENDED for an offer to somebody else, or for one that is redeemed with a transaction code
   */
  confirmSignedIn<T>(ref: Hex, person: Hex, makeResult: OfferResult<T>): Promise<T> {
    return this.#withOpenOffer(ref, async (offer, application) => {
      if (!offer.signedIn || application.person !== person) throw new OfferError({ code: 'OFFER_ENDED' })
      if (this.options.clock() >= offer.expiresAt) throw new OfferError({ code: 'OFFER_EXPIRED' })
      const { ops, value } = makeResult(application, offer)
      await this.options.store.commit(ops)
      return value
    })
  }

  /**
   * Redeems an offer whose transaction code was verified before the offer expired.
   * @throws {OfferError}
   */
  redeemVerified<T>(ref: Hex, makeResult: OfferResult<T>): Promise<T> {
    return this.#withOpenOffer(ref, async (offer, application) => {
      const { ops, value } = makeResult(application, offer)
      await this.options.store.commit([...ops, ...this.#redeemed(ref, offer, application)])
      return value
    })
  }

  /** Expires applications whose offer was not used in time, and deletes offers that are over. */
  async sweep(): Promise<void> {
    const { applications, store, clock } = this.options
    const now = clock()
    const deletions: WriteOp[] = []
    for await (const [key, offer] of this.#table.entries()) {
      if (!isOverdue(offer, now)) continue
      await applications.expire(offer.application, toHex(key))
      const application = applications.get(offer.application)
      if (application?.state === 'offered' && application.offer === toHex(key)) continue
      if (isOver(offer, now)) deletions.push(this.#table.del(key))
    }
    if (deletions.length > 0) await store.commit(deletions)
  }

  /** Runs one body at a time for each application, so that redemptions and guesses do not run concurrently. */
  async #withOpenOffer<T>(ref: Hex, body: (offer: Offer, application: Application) => Promise<T>): Promise<T> {
    const { application: id } = this.require(ref)
    return this.options.applications.locked(id, async application => {
      const offer = this.require(ref)
      if (offer.redeemedAt !== null) throw new OfferError({ code: 'OFFER_REDEEMED' })
      if (application.offer !== ref || application.state !== 'offered') {
        throw new OfferError({ code: application.state === 'expired' ? 'OFFER_EXPIRED' : 'OFFER_ENDED' })
      }
      return body(offer, application)
    })
  }

  async #verifyTxCode(ref: Hex, offer: Offer, application: Application, txCode: string): Promise<void> {
    const { applications, clock, store } = this.options
    if (offer.txCode === null) throw new OfferError({ code: 'OFFER_ENDED' })
    if (clock() >= offer.expiresAt) throw new OfferError({ code: 'OFFER_EXPIRED' })
    if (equalSecret(this.#txCodeHash(fromHex(ref), txCode), offer.txCode)) return
    const { left, ops } = applications.countWrongTxCode(application, TX_CODE_TRIES)
    // On disk before the response, so that a crash does not undo the count.
    await store.commit(ops)
    throw new OfferError({ code: 'OFFER_TX_CODE_WRONG', left })
  }

  /** Another wallet's try changes nothing: the right one can still redeem the offer. */
  #verifyKey({ boundTo, expiresAt }: Offer, jkt: string): void {
    if (this.options.clock() >= expiresAt) throw new OfferError({ code: 'OFFER_EXPIRED' })
    if (boundTo !== jkt) throw new OfferError({ code: 'OFFER_OTHER_KEY' })
  }

  /** Deletes an offer whose application is changed in the same commit. Its code is then unknown. */
  burn(ref: Hex): WriteOp {
    return this.#table.del(fromHex(ref))
  }

  #redeemed(ref: Hex, offer: Offer, application: Application, redemption?: Redemption): readonly WriteOp[] {
    const { applications, clock, journal } = this.options
    const at = clock()
    const event = 'offer.redeemed'
    const put = this.#table.put(fromHex(ref), { ...offer, redeemedAt: at })
    if (offer.confirmed && !redemption) throw new TypeError('an offer that a clerk confirms is redeemed by a wallet')
    if (offer.confirmed && redemption) return [put, ...applications.update(application, { redemption }, event).ops]
    return [put, journal.append({ at, event, application: offer.application })]
  }

  #txCodeHash(offer: Uint8Array, txCode: string): Hex {
    return toHex(this.options.vault.index('tx_code', `${toHex(offer)}\0${txCode}`))
  }
}

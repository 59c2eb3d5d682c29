/** From an offer to a stored card. */

import { redemptionDigits } from '../../../../credential/redemption-digits.ts'
import { toBase64url } from '../../../../lib/bytes.ts'
import type { History } from '../cards/history.ts'
import type { StoredCard } from '../cards/record.ts'
import { WalletError, walletError } from '../errors.ts'
import type { HolderKey, Keys, Spare } from '../keys/keys.ts'
import type { SealedTokens } from '../keys/sealed-tokens.ts'
import { keepSpare } from '../keys/spare.ts'
import { VerifiedTouch } from '../keys/touch.ts'
import type { Offer, ReceiveOptions, Redemption } from '../offer.ts'
import type { StoreChange, WalletPorts } from '../ports.ts'
import type { RenewOptions } from '../renewal.ts'
import type { CardChecks } from '../trust/card-check.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import type { Touch } from '../wallet.ts'
import { attestWallet } from './attestation.ts'
import { Authorizing } from './authorizing.ts'
import { type Collectable, type CollectSteps, collectCard } from './collecting.ts'
import { Dpop } from './dpop.ts'
import { inTime, requireTrusted } from './guards.ts'
import { PRE_AUTHORIZED_CODE, resolveOffer, withoutOffer } from './offer-link.ts'
import { openOffers, requireOpened, shownCardOf } from './opened-offer.ts'
import { beginRenewal, renewalRefused } from './renewing.ts'
import { type AccessToken, requestToken } from './token.ts'

const SETTING = 'redemption'

export interface ReceivingParts {
  readonly ports: WalletPorts
  readonly keys: Keys
  readonly tokens: SealedTokens
  readonly copy: LedgerCopy
  readonly checks: CardChecks
  readonly history: History
}

/** Stored until the card is there, so that a reload of the page loses nothing. */
interface RedemptionRecord extends Collectable {
  /** Null: no clerk compares them. Earlier versions stored an empty text for a renewal. */
  readonly digits: string | null
  /** The id of the card that is to come, and of its key. */
  readonly cardId: string
  readonly hasKey: boolean
}

export class Receiving {
  #receiving: Promise<StoredCard> | undefined
  #finishing: Promise<Redemption> | undefined
  readonly #authorizing: Authorizing

  constructor(private readonly parts: ReceivingParts) {
    this.#authorizing = new Authorizing(parts.ports)
  }

  async openOffer(link: string): Promise<Offer> {
    const [offer] = await openOffers(await resolveOffer(link, this.parts.ports.fetcher), this.parts)
    return offer
  }

  cardsOf(issuer: string): Promise<readonly Offer[]> {
    return openOffers(withoutOffer(issuer), this.parts)
  }

  /** @throws {WalletError} WALLET_ISSUER_UNTRUSTED before anything is sent; as `Authorizing.begin` */
  async authorize(offer: Offer): Promise<string> {
    const { metadata, issuer, object } = requireOpened(offer)
    if (object.grant.kind !== 'authorization_code') throw new TypeError('this offer has a code to be redeemed')
    requireTrusted(issuer.standing, this.parts.copy)
    return inTime(this.#authorizing.begin(metadata, issuer.standing, object.grant.issuerState), this.parts.copy)
  }

  /**
   * A second call while the first one waits gets the same: a code that an issuer gets twice ends what it gave for it.
   * @throws {WalletError} as `Authorizing.finish`
   */
  finishAuthorization(address: string): Promise<Redemption> {
    this.#finishing ??= this.#finish(address).finally(() => {
      this.#finishing = undefined
    })
    return this.#finishing
  }

  async #finish(address: string): Promise<Redemption> {
    const { authorized, change } = await inTime(this.#authorizing.finish(address), this.parts.copy)
    const { token, ...given } = authorized
    const cardId = toBase64url(this.parts.ports.random(16))
    const base = { ...given, digits: null, cardId, renews: null }
    return shownRedemption(await this.#store(base, token, token.refreshToken, [change]))
  }

  /**
   * @throws {WalletError} WALLET_ISSUER_UNTRUSTED before the code leaves the wallet; as `requestToken`
   */
  async redeem(offer: Offer, txCode?: string): Promise<Redemption> {
    const { ports } = this.parts
    const { metadata, object, issuer } = requireOpened(offer)
    if (object.grant.kind !== 'pre-authorized_code') throw new TypeError('this offer has no code to be redeemed')
    requireTrusted(issuer.standing, this.parts.copy)
    const dpop = await Dpop.of(metadata.server.issuer, ports)
    const { code } = object.grant
    const form = {
      grant_type: PRE_AUTHORIZED_CODE,
      'pre-authorized_code': code,
      client_id: ports.settings.name,
      ...(txCode !== undefined && { tx_code: txCode }),
    }
    const attestation = await attestWallet(metadata, dpop, ports)
    const token = await inTime(requestToken(metadata, form, dpop, ports, attestation), this.parts.copy)
    // Without a transaction code no clerk stands at a screen.
    const digits = offer.txCode === null ? null : redemptionDigits(dpop.thumbprint, code)
    const cardId = toBase64url(ports.random(16))
    const base = { metadata, standing: issuer.standing, digits, cardId, renews: null }
    return shownRedemption(await this.#store(base, token, token.refreshToken))
  }

  async pending(): Promise<Redemption | null> {
    const record = await this.#pendingRecord()
    return record ? shownRedemption(record) : null
  }

  async abandon(): Promise<void> {
    const record = await this.#pendingRecord()
    if (record) await this.#end(record)
  }

  /** A second call while the first one waits gets the same card, and leaves its touch unused. */
  receive(touch: Touch, options?: ReceiveOptions, onDelivered?: () => void): Promise<StoredCard> {
    this.#receiving ??= this.#receivePending(touch, options, onDelivered).finally(() => {
      this.#receiving = undefined
    })
    return this.#receiving
  }

  async #receivePending(touch: Touch, options?: ReceiveOptions, onDelivered?: () => void): Promise<StoredCard> {
    const record = await this.#pendingRecord()
    if (!record) {
      throw walletError({ code: 'WALLET_CODE_REFUSED' }, 'There is no offer that was redeemed. Open the offer again.')
    }
    const { ports } = this.parts
    // The authenticator's secret is needed for a moment only. The wait for a clerk may take minutes.
    const [key, spare] = await VerifiedTouch.spend(touch, ports.clock(), async prf => {
      const own = await this.#keyFor(record, prf)
      return [own, await this.parts.keys.createSpare(toBase64url(ports.random(16)), prf)] as const
    })
    return this.#receive({ ...record, hasKey: true }, key, spare, { options, onDelivered })
  }

  /** Redeems the refresh token of a card, and receives the next one in the same way. */
  async renew(card: StoredCard, touch: Touch, { onStep }: RenewOptions = {}): Promise<StoredCard> {
    const { ports, copy, tokens } = this.parts
    onStep?.('asking')
    const pending = await this.#pendingRecord()
    // What was begun goes on with the same key, so that the issuer can give the same card again.
    if (pending?.renews !== card.id) {
      const begun = await beginRenewal(card, { ports, copy, tokens }, onStep)
      const cardId = toBase64url(ports.random(16))
      const base = { ...begun.with, digits: null, cardId, renews: card.id }
      const marked = { table: 'card', key: card.id, put: { ...card, renewing: true } } as const
      await this.#store(base, begun.token, begun.refreshToken, [marked])
    }
    onStep?.('making')
    return this.receive(touch, { onWaiting: () => onStep?.('waiting') }, () => onStep?.('checking'))
  }

  async #keyFor(record: RedemptionRecord, prf: Uint8Array | null): Promise<HolderKey> {
    const { keys, ports } = this.parts
    if (record.hasKey) return keys.open(record.cardId, prf)
    const { key, change } = await keys.create(record.cardId, prf)
    // Stored before it is used: a card for a key that is lost would be of no use.
    await ports.store.commit([change, { table: 'setting', key: SETTING, put: { ...record, hasKey: true } }])
    return key
  }

  async #receive(record: RedemptionRecord, key: HolderKey, spare: Spare, steps: CollectSteps): Promise<StoredCard> {
    const { store } = this.parts.ports
    const kept = await store.get('key', record.cardId)
    // Another tab may have put another redemption in place of this one meanwhile, and have deleted its key.
    const changes = async (card: StoredCard): Promise<StoreChange[]> => [
      ...(await this.#forgotten(record)),
      { table: 'key', key: card.id, put: kept },
      ...(card.provisional ? [keepSpare(card.id, spare)] : []),
    ]
    try {
      return await collectCard(record, key, this.parts, changes, steps)
    } catch (error) {
      const code = error instanceof WalletError ? error.code : null
      // Nothing is left to try again.
      if (code === 'WALLET_CARD_REFUSED' || code === 'WALLET_ISSUING_STOPPED') {
        await this.#end(record)
        await this.#unmark(record.renews)
      }
      throw code === 'WALLET_ISSUING_STOPPED' && record.renews !== null ? renewalRefused(error) : error
    }
  }

  async #pendingRecord(): Promise<RedemptionRecord | null> {
    const { ports } = this.parts
    const record = (await ports.store.get('setting', SETTING)) as RedemptionRecord | undefined
    if (!record) return null
    const { expiresAt } = record.token
    if (expiresAt === null || ports.clock() < expiresAt) return record
    await this.#end(record)
    return null
  }

  /** One at a time: the key of an earlier one that gave no card is deleted. */
  async #store(
    base: Omit<RedemptionRecord, 'token' | 'refreshToken' | 'hasKey'>,
    token: AccessToken,
    refreshToken: string | null,
    others: readonly StoreChange[] = [],
  ): Promise<RedemptionRecord> {
    const { ports, tokens } = this.parts
    const sealed = refreshToken === null ? null : await tokens.seal(base.cardId, refreshToken)
    const record = { ...base, token: { ...token, refreshToken: null }, refreshToken: sealed, hasKey: false }
    await this.abandon()
    await ports.store.commit([{ table: 'setting', key: SETTING, put: record }, ...others])
    return record
  }

  /** The mark is stored with the card, because the record of the redemption ends with its access token. */
  async #unmark(id: string | null): Promise<void> {
    const { store } = this.parts.ports
    const card = id === null ? undefined : ((await store.get('card', id)) as StoredCard | undefined)
    if (card) await store.commit([{ table: 'card', key: card.id, put: { ...card, renewing: false } }])
  }

  async #end(record: RedemptionRecord): Promise<void> {
    const { store } = this.parts.ports
    await store.commit([...(await this.#forgotten(record)), { table: 'key', key: record.cardId, del: true }])
  }

  /** What is stored of this redemption, unless another one took its place. */
  async #forgotten({ cardId }: RedemptionRecord): Promise<StoreChange[]> {
    const stored = (await this.parts.ports.store.get('setting', SETTING)) as RedemptionRecord | undefined
    return stored?.cardId === cardId ? [{ table: 'setting', key: SETTING, del: true }] : []
  }
}

const shownRedemption = ({ metadata, standing, digits }: RedemptionRecord): Redemption => ({
  issuer: { url: metadata.issuer, name: metadata.name, standing },
  card: shownCardOf(metadata),
  digits: digits || null,
})

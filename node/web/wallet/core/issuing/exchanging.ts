/**
 * Exchanges temporary cards for full ones, in the background and without a touch: with the key that was made together with
 * the temporary card (keys/spare.ts). Until the full card is stored, the temporary one stays. Each attempt uses the same key,
 * so the issuer gives the same card again if an answer was lost.
 */
import type { StoredCard } from '../cards/record.ts'
import type { Keys } from '../keys/keys.ts'
import type { SealedTokens } from '../keys/sealed-tokens.ts'
import { spareOf } from '../keys/spare.ts'
import { type CollectParts, collectCard } from './collecting.ts'
import { beginRenewal } from './renewing.ts'

export interface ExchangingParts extends CollectParts {
  readonly keys: Keys
  readonly tokens: SealedTokens
}

export class Exchanging {
  #running: Promise<void> | undefined

  constructor(private readonly parts: ExchangingParts) {}

  /** All cards that can be exchanged now. Never rejects: what fails is tried again at the next call. */
  exchangeAll(cards: readonly StoredCard[]): Promise<void> {
    this.#running ??= this.#exchangeAll(cards).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #exchangeAll(cards: readonly StoredCard[]): Promise<void> {
    const now = this.parts.ports.clock()
    for (const card of cards) {
      if (card.provisional && now < card.expiresAt) await this.#exchange(card).catch(() => undefined)
    }
  }

  async #exchange(card: StoredCard): Promise<void> {
    const { ports, keys, tokens } = this.parts
    const spare = await spareOf(card.id, ports.store)
    if (!spare) return
    const { record } = spare
    const { with: issuer, token, refreshToken } = await beginRenewal(card, this.parts, undefined)
    const sealed = await tokens.seal(record.id, refreshToken)
    const exchange = { ...issuer, token: { ...token, refreshToken: null }, refreshToken: sealed, renews: card.id }
    const keepKey = { table: 'key', key: record.id, put: record } as const
    await collectCard(exchange, keys.ofSpare(spare), this.parts, async () => [keepKey])
  }
}

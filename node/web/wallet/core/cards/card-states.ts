/**
 * Learns from the authority what it knows about the own cards: when they can be renewed and where, whether they are outdated,
 * and who suspended them (docs/renewal.md#what-the-issuer-tells-the-wallet). The wallet asks days apart and at random times, so
 * that the authority cannot tell from the requests when a card is used. It also asks once when it finds a card suspended, because
 * the holder has to know why.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../lib/json.ts'
import { randomBelow } from '../../../../lib/random.ts'
import { DAY, HOUR, type UnixSeconds } from '../../../../lib/time.ts'
import { WalletError } from '../errors.ts'
import { answerInvalid, hostOf, jsonOf } from '../http.ts'
import { refreshToken } from '../issuing/refreshing.ts'
import type { SealedTokens } from '../keys/sealed-tokens.ts'
import type { WalletPorts } from '../ports.ts'
import { REPORTERS, type Reporter, renewFrom, type Told } from '../renewal.ts'
import type { StoredCard } from './record.ts'

const SOONEST = 3 * DAY
const LATEST = 10 * DAY

export class CardStates {
  #asking: Promise<void> | undefined

  constructor(
    private readonly ports: WalletPorts,
    private readonly tokens: SealedTokens,
  ) {}

  /** Asks about the cards whose time has come. Never rejects: without an answer it is tried again in some hours. */
  refresh(): Promise<void> {
    this.#asking ??= this.#refresh().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #refresh(): Promise<void> {
    const { store, clock } = this.ports
    for (const card of (await store.all('card')) as StoredCard[]) {
      if (!this.isAsked(card) || !isDue(card, clock())) continue
      await this.ask(card).catch(() => this.#store(card, card.told ?? null, HOUR, DAY))
    }
  }

  /** Only the authority of this wallet has this question. */
  isAsked({ iss, renewal, status }: StoredCard): boolean {
    return renewal !== null && iss === this.ports.settings.authority && status?.word !== 'INVALID'
  }

  /** @throws {WalletError} WALLET_UNREACHABLE, WALLET_BUSY, WALLET_ANSWER_INVALID */
  async ask(card: StoredCard): Promise<StoredCard> {
    const url = `${this.ports.settings.authority}/oid4vci/card-state`
    try {
      const { token, dpop } = await refreshToken(card, this.tokens, this.ports)
      const reply = await dpop.post(url, { headers: { accept: 'application/json' } }, token.value)
      if (reply.status !== 200) throw answerInvalid(hostOf(url), `status ${reply.status}`)
      return await this.#store(card, toldOf(jsonOf(reply, url), this.ports.clock(), url), SOONEST, LATEST)
    } catch (error) {
      const code = error instanceof WalletError ? error.code : null
      // The issuer gives this wallet nothing any more.
      if (code === 'WALLET_STOPPED') {
        const stopped = { ...(card.told ?? unknown(card)), walletStopped: true, at: this.ports.clock() }
        return this.#store(card, stopped, SOONEST, LATEST)
      }
      if (code === 'WALLET_CODE_REFUSED') return this.#store(card, null, SOONEST, LATEST)
      throw error
    }
  }

  async #store(card: StoredCard, told: Told | null, soonest: number, latest: number): Promise<StoredCard> {
    const { store, random, clock } = this.ports
    // It may have been removed, or its status learned, meanwhile.
    const present = (await store.get('card', card.id)) as StoredCard | undefined
    const askAt = clock() + soonest + randomBelow(random, latest - soonest)
    const next = { ...(present ?? card), told, askAt, askedAs: card.status?.word ?? null }
    if (present) await store.commit([{ table: 'card', key: card.id, put: next }])
    return next
  }
}

const isDue = ({ askAt = 0, askedAs = null, status }: StoredCard, now: UnixSeconds): boolean =>
  now >= askAt || (status?.word === 'SUSPENDED' && askedAs !== 'SUSPENDED')

/** Of a card about which the authority has said nothing yet. */
const unknown = ({ expiresAt }: StoredCard): Omit<Told, 'at' | 'walletStopped'> => ({
  ...{ renewFrom: renewFrom({ told: null, expiresAt }), where: 'counter', outdated: false },
  ...{ suspendedBy: null, suspendedSince: null },
})

function toldOf({ renewal, outdated, suspension, wallet_stopped }: JsonObject, at: UnixSeconds, url: string): Told {
  const time = (value: JsonValue | undefined): value is number => Number.isSafeInteger(value)
  if (!isJsonObject(renewal) || !time(renewal.from) || !time(renewal.until)) {
    throw answerInvalid(hostOf(url), 'it does not say when the card is renewed')
  }
  return {
    at,
    renewFrom: renewal.from,
    where: renewal.at === 'home' ? 'home' : 'counter',
    outdated: outdated === true,
    suspendedBy: isJsonObject(suspension) ? reporterOf(suspension.by) : null,
    suspendedSince: isJsonObject(suspension) && time(suspension.since) ? suspension.since : null,
    walletStopped: wallet_stopped === true,
  }
}

const reporterOf = (value: JsonValue | undefined): Reporter => REPORTERS.find(each => each === value) ?? 'authority'

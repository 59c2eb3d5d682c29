/** From a request to the answer. */
import { MINUTE, type UnixSeconds } from '../../../../lib/time.ts'
import { answerForm, encryptAnswer, errorForm, type VpToken } from '../../../../verifier/oid4vp/wallet-side/answer.ts'
import { expectedDigits } from '../../../../verifier/oid4vp/wallet-side/match-digits.ts'
import { isSecure, type VerifiedRequest } from '../../../../verifier/oid4vp/wallet-side/verify-request.ts'
import type { History } from '../cards/history.ts'
import type { StoredCard } from '../cards/record.ts'
import { walletError } from '../errors.ts'
import { hostOf, jsonOf, send } from '../http.ts'
import type { Keys } from '../keys/keys.ts'
import { VerifiedTouch } from '../keys/touch.ts'
import type { WalletPorts } from '../ports.ts'
import type { HistoryEntry } from '../records.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import type { Answered, CardRequest, Choice, Touch } from '../wallet.ts'
import { type JudgedAsker, judgedAsker } from './asker.ts'
import { chosenParts } from './choice.ts'
import { groupsOf, isAnswerable } from './groups.ts'
import { openCards, sharedOf, vpToken } from './presenting.ts'
import { expired, fetchRequest, parseRequestLink } from './request-link.ts'

export interface ShowingParts {
  readonly ports: WalletPorts
  readonly keys: Keys
  readonly copy: LedgerCopy
  readonly cards: () => Promise<readonly StoredCard[]>
  readonly history: History
}

const MAX_REPLY = 65_536

/** A request that was verified and judged. It is answered once. */
export class OpenedRequest implements CardRequest {
  readonly asker: CardRequest['asker']
  readonly expiresAt: CardRequest['expiresAt']
  readonly answerable: boolean
  readonly digits: string | null
  answered = false

  constructor(
    readonly request: VerifiedRequest,
    { registration }: JudgedAsker,
    readonly groups: CardRequest['groups'],
  ) {
    const { responseUri, exp } = request
    this.asker = { registration, host: responseUri === null ? null : hostOf(responseUri) }
    this.expiresAt = exp
    this.answerable = isAnswerable(groups)
    this.digits = expectedDigits(request)
  }
}

export class Showing {
  constructor(private readonly parts: ShowingParts) {}

  async open(link: string): Promise<OpenedRequest> {
    const { ports, copy } = this.parts
    const [request] = await Promise.all([fetchRequest(parseRequestLink(link), ports), copy.refreshSoon()])
    return this.judge(request)
  }

  /** What the holder is asked, by the ledger and the cards that there are. */
  async judge(request: VerifiedRequest): Promise<OpenedRequest> {
    const { ports, copy, cards } = this.parts
    const now = ports.clock()
    const asker = await judgedAsker(request, copy, now)
    return new OpenedRequest(request, asker, groupsOf(request.query, await cards(), asker.marks, now))
  }

  async answer(asked: CardRequest, choice: Choice, touch: Touch): Promise<Answered> {
    const { responseUri } = ownRequest(asked).request
    if (responseUri === null) throw new TypeError('this request is answered the way that it came')
    const jwe = await this.sealed(asked, choice, touch, encryptAnswer)
    return this.post(responseUri, answerForm(jwe))
  }

  async decline(asked: CardRequest): Promise<Answered> {
    const { responseUri, state } = (await this.refuse(asked)).request
    if (responseUri === null) return { redirectUri: null }
    // The holder has declined, whether the asker hears of it or not.
    return this.post(responseUri, errorForm('access_denied', state)).catch(() => ({ redirectUri: null }))
  }

  /** Remembers that the holder declined. It cannot be answered any more. */
  async refuse(asked: CardRequest): Promise<OpenedRequest> {
    const { ports, history } = this.parts
    const opened = ownRequest(asked)
    this.#take(opened)
    await ports.store.commit([history.remember({ ...this.#entry(opened, 'declined'), cards: [] })])
    return opened
  }

  /**
   * The answer, encrypted by `seal`, and remembered.
   * @throws {WalletError} WALLET_REQUEST_EXPIRED, WALLET_ASKER_UNREGISTERED, WALLET_CHOICE_INVALID,
   * WALLET_BEYOND_REGISTRATION, WALLET_TOUCH_SPENT, WALLET_KEY_LOST, WALLET_CARD_UNKNOWN
   */
  async sealed<T>(
    asked: CardRequest,
    choice: Choice,
    touch: Touch,
    seal: (request: VerifiedRequest, token: VpToken) => Promise<T>,
  ): Promise<T> {
    const opened = ownRequest(asked)
    const { ports, keys, cards, history } = this.parts
    const now = ports.clock()
    if (opened.answered || isOver(opened, now)) throw expired()
    const chosen = chosenParts(opened, choice)
    const held = new Map((await cards()).map(card => [card.id, card]))
    this.#take(opened)
    const { nonce, clientId: audience } = opened.request
    const signing = { chosen, held, keys, binding: { nonce, audience, iat: now } }
    let sealed: T
    try {
      const token = await VerifiedTouch.spend(touch, now, async prf => vpToken(await openCards(signing, prf), signing))
      sealed = await seal(opened.request, token)
    } catch (error) {
      // Nothing has left the wallet, so the holder may try again.
      opened.answered = false
      throw error
    }
    const entry = { ...this.#entry(opened, 'shared'), cards: chosen.map(({ candidate }) => sharedOf(candidate, held)) }
    // Before it is sent: nothing that was shared may be missing from the history.
    await ports.store.commit([history.remember(entry)])
    return sealed
  }

  #take(opened: OpenedRequest): void {
    if (opened.answered) throw expired()
    opened.answered = true
  }

  #entry({ asker }: OpenedRequest, act: HistoryEntry['act']) {
    const { registration, host } = asker
    const isRegistered = registration.state === 'registered'
    return {
      ...{ at: this.parts.ports.clock(), act, host },
      party: isRegistered ? registration.organisation : null,
      purposes: isRegistered ? registration.purposes : [],
    }
  }

  /** @throws {WalletError} WALLET_UNREACHABLE, WALLET_ANSWER_INVALID, WALLET_ASKER_REFUSED */
  async post(url: string, body: URLSearchParams, signal?: AbortSignal): Promise<Answered> {
    const { fetcher } = this.parts.ports
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const reply = await send(fetcher, url, { method: 'POST', headers, body, signal, maxLength: MAX_REPLY })
    if (reply.status !== 200) {
      throw walletError({ code: 'WALLET_ASKER_REFUSED', status: reply.status }, 'The asker did not take the answer.')
    }
    const { redirect_uri: uri } = reply.text.trim() === '' ? {} : jsonOf(reply, url)
    const isLink = typeof uri === 'string' && URL.canParse(uri) && isSecure(new URL(uri))
    return { redirectUri: isLink ? uri : null }
  }
}

/** The asker decides in the end. Its clock may differ a little from ours. */
const isOver = ({ expiresAt }: CardRequest, now: UnixSeconds): boolean => expiresAt !== null && now > expiresAt + MINUTE

function ownRequest(asked: CardRequest): OpenedRequest {
  if (asked instanceof OpenedRequest) return asked
  throw new TypeError('a request that this wallet opened is needed')
}

import type { ChipState } from '../../../node/web/wallet/core/chip-session.ts'
import { WalletError, type WalletFailure } from '../../../node/web/wallet/core/errors.ts'
import type { LossMeans } from '../../../node/web/wallet/core/loss-means.ts'
import type { Offer } from '../../../node/web/wallet/core/offer.ts'
import type { HistoryEntry, Notice } from '../../../node/web/wallet/core/records.ts'
import type { WalletSettings } from '../../../node/web/wallet/core/settings.ts'
import type { Card, CardRequest, Knowledge, Protection, Wallet } from '../../../node/web/wallet/core/wallet.ts'

/** What the test sets, before the page or while it is open. */
export interface State {
  cards: Card[]
  protection: Protection | null
  offer: Offer | null
  /** What the issuer has beside it. */
  moreOffers: Offer[]
  /** How far the kiosk is. */
  chip: ChipState
  /** The address of the issuer's page. */
  page: string | null
  request: CardRequest | null
  history: HistoryEntry[]
  notices: Notice[]
  knowledge: Knowledge
  redirectUri: string | null
  /** What the authority has for locking; absent: nothing. */
  loss?: LossMeans
  /** Whether the install has HAIP on, when the page is loaded. */
  haip?: boolean
  /** By the name of the method: it fails with this. */
  fails: Partial<Record<keyof Wallet, WalletFailure>>
  /** By the name of the method: it never answers. */
  waits: (keyof Wallet)[]
  /** Names of the methods that changed or sent something, in order. */
  called: string[]
}

declare global {
  var walletState: State
}

export const settings: WalletSettings = {
  authority: 'https://id.example.go.kr',
  attestations: null,
  profileKey: 'A'.repeat(43),
  helpLine: '1688-0990',
  isDemo: false,
  name: 'dojang-wallet',
  haip: globalThis.walletState?.haip === true,
}

/** Answers from `walletState`, which the test's script made before the page's. */
export function standIn(): Wallet {
  const state = () => globalThis.walletState
  const answer = async <Value>(method: keyof Wallet, value: () => Value): Promise<Value> => {
    const { fails, waits, called } = state()
    called.push(method)
    if (waits.includes(method)) await new Promise(() => undefined)
    const failure = fails[method]
    if (failure) throw new WalletError(failure, failure.code)
    return value()
  }
  const present = <Value>(value: Value | null): Value => {
    if (value === null) throw new WalletError({ code: 'WALLET_CARD_UNKNOWN' }, 'the test set none')
    return value
  }
  const made: Protection = { level: 'software_prf', persistent: true }
  const own: Wallet = {
    protection: () => answer('protection', () => state().protection),
    setUp: () =>
      answer('setUp', () => {
        state().protection = made
        return made
      }),
    touch: () => answer('touch', () => ({ at: 0 })),
    cards: () => answer('cards', () => state().cards),
    card: id => answer('card', () => present(state().cards.find(card => card.id === id) ?? null)),
    removeCard: id =>
      answer('removeCard', () => {
        state().cards = state().cards.filter(card => card.id !== id)
      }),
    lossMeans: () => answer('lossMeans', () => state().loss ?? null),
    prepareForLoss: () =>
      answer('prepareForLoss', () => {
        const means = { passkey: true, code: true, at: 1_780_000_000 }
        state().loss = means
        return { code: '7ZK 2MQ 0HD 4VX 9TB 61R WNE 5CJ 8GP', means }
      }),
    openOffer: () => answer('openOffer', () => present(state().offer)),
    cardsOf: () => answer('cardsOf', () => [present(state().offer), ...state().moreOffers]),
    openChipSession: () =>
      answer('openChipSession', () => ({
        code: `dojang-chip:?authority=https%3A%2F%2Fid.example.go.kr&session=${'A'.repeat(43)}&nonce=${'B'.repeat(43)}&key=${'C'.repeat(43)}`,
        endsAt: Math.floor(performance.timeOrigin / 1000) + 600,
        state: () => answer('openChipSession', () => state().chip),
      })),
    authorize: () => answer('authorize', () => present(state().page)),
    finishAuthorization: () =>
      answer('finishAuthorization', () => {
        const { issuer, card } = present(state().offer)
        return { issuer, card, digits: null }
      }),
    redeem: ({ issuer, card }) => answer('redeem', () => ({ issuer, card, digits: '47' })),
    pendingRedemption: () => answer('pendingRedemption', () => null),
    abandonRedemption: () => answer('abandonRedemption', () => undefined),
    receive: (_touch, options) => {
      if (state().waits.includes('receive')) options?.onWaiting?.()
      return answer('receive', () => present(state().cards[0] ?? null))
    },
    renew: (_id, _touch, options) => {
      for (const step of ['asking', 'waiting', 'making'] as const) options?.onStep?.(step)
      if (state().waits.includes('renew')) options?.onStep?.('waiting')
      return answer('renew', () => present(state().cards[0] ?? null))
    },
    askAbout: id => answer('askAbout', () => present(state().cards.find(card => card.id === id) ?? null)),
    openRequest: () => answer('openRequest', () => present(state().request)),
    answer: () => answer('answer', () => ({ redirectUri: state().redirectUri })),
    decline: () => answer('decline', () => ({ redirectUri: state().redirectUri })),
    openShownRequest: () => answer('openShownRequest', () => present(state().request)),
    answerShown: () => answer('answerShown', () => new Uint8Array(1500)),
    declineShown: () => answer('declineShown', () => new Uint8Array(300)),
    openOneWay: preset =>
      answer('openOneWay', () => ({ preset, groups: present(state().request).groups, answerable: true })),
    showOneWay: () =>
      answer('showOneWay', () => ({
        renewal: 15,
        endsAt: Math.floor(performance.timeOrigin / 1000) + 180,
        next: async () => new Uint8Array(1500),
        end: () => undefined,
      })),
    openMeeting: () =>
      answer('openMeeting', () => ({
        code: `dojang:rendezvous?v=1&r=https%3A%2F%2Fid.example.go.kr%2Frelay&i=${'A'.repeat(22)}&k=${'B'.repeat(22)}`,
        endsAt: Math.floor(performance.timeOrigin / 1000) + 60,
        request: async () => {
          if (state().request === null) await new Promise(() => undefined)
          return present(state().request)
        },
        answer: () => answer('answer', () => undefined),
        decline: () => answer('decline', () => undefined),
      })),
    refresh: () => answer('refresh', () => state().knowledge),
    knowledge: () => answer('knowledge', () => state().knowledge),
    notices: () => answer('notices', () => state().notices),
    history: () => answer('history', () => state().history),
    clearHistory: () =>
      answer('clearHistory', () => {
        state().history = []
      }),
    export: () => answer('export', () => new Uint8Array(10)),
    erase: () =>
      answer('erase', () => {
        state().cards = []
      }),
  }
  return own
}

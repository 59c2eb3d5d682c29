import { CardStates } from './cards/card-states.ts'
import { sealExport } from './cards/export.ts'
import { History } from './cards/history.ts'
import { noticesOf } from './cards/notices.ts'
import { inOrder, type StoredCard, shownCard } from './cards/record.ts'
import { refreshStatuses } from './cards/statuses.ts'
import { walletError } from './errors.ts'
import { openChipSession } from './issuing/chip.ts'
import { removal } from './issuing/collecting.ts'
import { Exchanging } from './issuing/exchanging.ts'
import { Receiving } from './issuing/receiving.ts'
import { Keys } from './keys/keys.ts'
import { WalletPasskey } from './keys/passkey.ts'
import { SealedTokens } from './keys/sealed-tokens.ts'
import { LossPreparation } from './loss.ts'
import type { WalletPorts } from './ports.ts'
import { InPerson } from './showing/in-person.ts'
import { openMeeting } from './showing/meeting.ts'
import { Showing } from './showing/showing.ts'
import { CardChecks } from './trust/card-check.ts'
import { LedgerCopy } from './trust/ledger-copy.ts'
import type { Wallet } from './wallet.ts'

/** Opens the wallet with what is stored. Makes no request, so that it opens without a network. */
export async function openWallet(ports: WalletPorts): Promise<Wallet> {
  const { store, subtle, random, clock, fetcher } = ports
  const passkey = new WalletPasskey(ports)
  const keys = new Keys(store, subtle, random)
  const tokens = new SealedTokens(ports)
  const states = new CardStates(ports, tokens)
  const history = await History.open(store, random)
  const loss = new LossPreparation(ports)
  let copy = await LedgerCopy.open(ports)
  let parts = partsOf(copy)

  function partsOf(of: LedgerCopy) {
    const checks = new CardChecks(of, fetcher)
    const issuingParts = { ports, keys, tokens, copy: of, checks, history }
    const receiving = new Receiving(issuingParts)
    const exchanging = new Exchanging(issuingParts)
    const showingParts = { ports, keys, copy: of, cards: stored, history }
    const showing = new Showing(showingParts)
    return { checks, receiving, exchanging, showing, showingParts, inPerson: new InPerson(showingParts, showing) }
  }

  async function stored(): Promise<readonly StoredCard[]> {
    return inOrder((await store.all('card')) as StoredCard[])
  }

  async function require(id: string): Promise<StoredCard> {
    const card = (await store.get('card', id)) as StoredCard | undefined
    if (card) return card
    throw walletError({ code: 'WALLET_CARD_UNKNOWN' }, 'This wallet has no such card.')
  }

  return {
    protection: () => passkey.protection(),
    setUp: () => passkey.setUp(),
    touch: () => passkey.touch(),

    cards: async () => (await stored()).map(shownCard),
    card: async id => shownCard(await require(id)),
    removeCard: async id => {
      const { vct, name, organisation } = await require(id)
      const cards = [{ vct, name, claims: [] }]
      const entry = {
        at: clock(),
        act: 'removed',
        party: organisation?.name ?? null,
        host: null,
        purposes: [],
        cards,
      } as const
      await store.commit([...removal(id), history.remember(entry)])
    },

    lossMeans: () => loss.means(),
    prepareForLoss: () => loss.prepare(),

    openOffer: link => parts.receiving.openOffer(link),
    cardsOf: issuer => parts.receiving.cardsOf(issuer),
    authorize: offer => parts.receiving.authorize(offer),
    finishAuthorization: address => parts.receiving.finishAuthorization(address),
    openChipSession: vct => openChipSession(ports.settings.authority, vct, ports),
    redeem: (offer, txCode) => parts.receiving.redeem(offer, txCode),
    pendingRedemption: () => parts.receiving.pending(),
    abandonRedemption: () => parts.receiving.abandon(),
    receive: async (touch, options) => {
      const card = await parts.receiving.receive(touch, options)
      await passkey.keepData()
      return shownCard(card)
    },
    renew: async (id, touch, options) => shownCard(await parts.receiving.renew(await require(id), touch, options)),
    askAbout: async id => {
      const card = await require(id)
      return shownCard(states.isAsked(card) ? await states.ask(card) : card)
    },

    openRequest: link => parts.showing.open(link),
    answer: (request, choice, touch) => parts.showing.answer(request, choice, touch),
    decline: request => parts.showing.decline(request),

    openShownRequest: message => parts.inPerson.open(message),
    answerShown: (request, choice, touch) => parts.inPerson.answerShown(request, choice, touch),
    declineShown: request => parts.inPerson.declineShown(request),
    openOneWay: preset => parts.inPerson.openOneWay(preset),
    showOneWay: (request, choice, touch) => parts.inPerson.showOneWay(request, choice, touch),

    openMeeting: () => openMeeting(parts.showingParts, parts.inPerson),

    refresh: async () => {
      if (await copy.look()) {
        await refreshStatuses(store, parts.checks, clock())
        await states.refresh()
        await parts.exchanging.exchangeAll(await stored())
      }
      return copy.knowledge
    },
    knowledge: async () => copy.knowledge,
    notices: async () => noticesOf(await stored(), copy.knowledge, await passkey.protection(), clock()),
    history: () => history.read(),
    clearHistory: () => history.clear(),
    export: async passphrase =>
      sealExport({ exportedAt: clock(), cards: await stored(), history: await history.read() }, passphrase, {
        subtle,
        random,
      }),
    erase: async () => {
      await store.erase()
      copy = await LedgerCopy.open(ports)
      parts = partsOf(copy)
    },
  }
}

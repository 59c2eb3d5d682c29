import { expect } from 'chai'
import { DAY } from '../../../../../node/lib/time.ts'
import { CardStates } from '../../../../../node/web/wallet/core/cards/card-states.ts'
import type { StoredCard } from '../../../../../node/web/wallet/core/cards/record.ts'
import { SealedTokens } from '../../../../../node/web/wallet/core/keys/sealed-tokens.ts'
import type { WalletPorts } from '../../../../../node/web/wallet/core/ports.ts'
import { MemoryWalletStore } from '../../../../../node/web/wallet/core/store/memory.ts'
import { random } from '../../../../support/world.ts'

const NOW = 1_780_000_000
const AUTHORITY = 'https://id.example.go.kr'
const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

describe('what the authority says about a card', () => {
  let now: number
  let store: MemoryWalletStore
  let tokens: SealedTokens
  let states: CardStates
  let asked: string[]
  /** The answers of the token endpoint and of the question. */
  let token: () => Response
  let said: () => Response

  const state = (change = {}) => ({
    renewal: { from: NOW + DAY, until: NOW + 91 * DAY, at: 'home' },
    ...{ outdated: false, suspension: null, wallet_stopped: false },
    ...change,
  })

  beforeEach(async () => {
    now = NOW
    store = new MemoryWalletStore()
    asked = []
    token = () => json({ access_token: 'a', token_type: 'DPoP', expires_in: 900 })
    said = () => json(state())
    const ports = {
      ...{ store, random, subtle: crypto.subtle, clock: () => now },
      settings: { authority: AUTHORITY, attestations: null, name: 'w' },
      timer: { now: () => 0, after: (_: number, callback: () => void) => void queueMicrotask(callback) },
      fetcher: async (url: string, init: RequestInit) => {
        asked.push(
          `${new URL(url).pathname} ${init.body instanceof URLSearchParams ? init.body.get('refresh_token') : ''}`,
        )
        return url.endsWith('/token') ? token() : said()
      },
    } as unknown as WalletPorts
    tokens = new SealedTokens(ports)
    states = new CardStates(ports, tokens)
    await add({})
  })

  const add = async (change: Partial<StoredCard>) => {
    const id = change.id ?? 'a'
    const metadata = { issuer: AUTHORITY, card: { configuration: 'resident' } }
    const server = { issuer: AUTHORITY, tokenEndpoint: `${AUTHORITY}/token`, dpop: true }
    const renewal = { metadata: { ...metadata, server }, refreshToken: await tokens.seal(id, 'the token') }
    const status = { word: 'VALID', at: NOW, since: NOW }
    const card = { id, iss: AUTHORITY, expiresAt: NOW + 91 * DAY, renewal, status, ...change }
    await store.commit([{ table: 'card', key: id, put: card }])
  }
  const card = async (id = 'a') => (await store.get('card', id)) as StoredCard

  it('is asked with the refresh token, and stored', async () => {
    said = () => json(state({ outdated: true, suspension: { by: 'telecom', since: NOW - 60 } }))
    await states.refresh()
    expect(asked).to.deep.equal(['/token the token', '/oid4vci/card-state '])
    expect((await card()).told).to.deep.equal({
      ...{ at: NOW, renewFrom: NOW + DAY, where: 'home', outdated: true },
      ...{ suspendedBy: 'telecom', suspendedSince: NOW - 60, walletStopped: false },
    })
  })

  it('is asked again only days later, at a time that nobody can tell', async () => {
    const times = new Set<number>()
    for (let i = 0; i < 20; i++) {
      await add({})
      await states.refresh()
      times.add(((await card()).askAt ?? 0) - NOW)
    }
    expect(times.size).to.be.greaterThan(15)
    for (const time of times) expect(time).to.be.within(3 * DAY, 10 * DAY)
    asked = []
    now += 3 * DAY - 1
    await states.refresh()
    expect(asked).to.deep.equal([])
    now += 7 * DAY
    await states.refresh()
    expect(asked).to.have.length(2)
  })

  it('is asked once when the card is found suspended, so that its holder learns why', async () => {
    await states.refresh()
    const status = { word: 'SUSPENDED', at: NOW, since: NOW } as const
    await store.commit([{ table: 'card', key: 'a', put: { ...(await card()), status } }])
    asked = []
    await states.refresh()
    await states.refresh()
    expect(asked).to.have.length(2)
  })

  it('is not asked about cards of others, without a refresh token, or revoked', async () => {
    await add({ iss: 'https://university.example' })
    await add({ id: 'b', renewal: null })
    await add({ id: 'c', status: { word: 'INVALID', at: NOW, since: NOW } })
    await states.refresh()
    expect(asked).to.deep.equal([])
  })

  it('is that this wallet was stopped, if its refresh token is refused for that', async () => {
    token = () => json({ error: 'invalid_client_attestation' }, 400)
    await states.refresh()
    expect((await card()).told).to.include({ walletStopped: true, outdated: false })
  })

  it('is asked again within a day after no answer, and what was known stays', async () => {
    await states.refresh()
    const before = (await card()).told
    for (const answer of [() => json({}, 500), () => json({ renewal: 'soon' })]) {
      now = (await card()).askAt ?? 0
      said = answer
      await states.refresh()
      const { told, askAt } = await card()
      expect(told).to.deep.equal(before)
      expect((askAt ?? 0) - now).to.be.within(3600, DAY)
    }
  })

  it('needs a token that the stored data do not have in the clear', async () => {
    const { renewal } = await card()
    expect(Buffer.from(renewal?.refreshToken.sealed ?? []).toString('latin1')).to.not.include('the token')
    // The sealed token of one card is worth nothing for another.
    await add({ id: 'b', renewal })
    asked = []
    await states.refresh()
    expect(asked.filter(line => line.startsWith('/token'))).to.have.length(1)
  })
})

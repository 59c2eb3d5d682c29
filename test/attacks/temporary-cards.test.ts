/** Temporary cards over HTTP, with the own wallet: how they end, and what strangers and lost answers change. */
import { expect } from 'chai'
import { koreanDate } from '../../node/credential/dates.ts'
import { parseSdJwt } from '../../node/credential/sd-jwt/parse.ts'
import { LedgerError } from '../../node/ledger/errors.ts'
import { fromHex } from '../../node/lib/bytes.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import type { StoredCard } from '../../node/web/wallet/core/cards/record.ts'
import { parseWalletSettings, type WalletSettings } from '../../node/web/wallet/core/settings.ts'
import type { Card } from '../../node/web/wallet/core/wallet.ts'
import { openPhone, type Phone } from '../support/phone.ts'
import { openSite, type Site } from '../support/site.ts'
import { until } from '../support/until.ts'

const SLOW = { withinMs: 20_000, everyMs: 50 }

describe('temporary cards', function () {
  this.timeout(120_000)
  let site: Site
  let settings: WalletSettings
  let numbers: string[]
  /** The node's requests to its ledger get no answer. */
  let isCut = false

  before(async () => {
    site = await openSite()
    const { residents, clock, config, ledger } = site.authority
    const people = [...fictitiousPopulation({ count: 40, seed: 'temporary', today: koreanDate(clock()) })]
    await residents.store(people)
    numbers = people.filter(({ birthdate }) => birthdate < '1990').map(({ personalNumber }) => personalNumber)
    const { host, port } = config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    const request = ledger.request.bind(ledger)
    ledger.request = async (method, ...rest) => {
      if (isCut) throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'cut off')
      return request(method, ...rest)
    }
  })
  after(() => site.close())

  const operator = async (path: string, body: object) => {
    const headers = {
      authorization: `Bearer ${site.authority.custody.operatorToken}`,
      'content-type': 'application/json',
    }
    const response = await fetch(`${site.operatorUrl}/operator${path}`, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    })
    return (await response.json()) as { offerUrl: string; txCode: string; applicationId: string }
  }
  const ready = async () => (await (await fetch(`${site.url}/readyz`)).json()) as Record<string, unknown>
  const cut = () => {
    isCut = true
  }
  const mend = async () => {
    isCut = false
    await until('the node notices it', async () => (await ready()).cards === 'anchored', SLOW)
  }
  const phone = async (fetcher?: typeof fetch): Promise<Phone> => {
    const opened = await openPhone({ settings, ...(fetcher && { fetcher }) })
    await opened.wallet.setUp()
    await opened.wallet.refresh()
    return opened
  }
  const receive = async ({ wallet }: Phone): Promise<Card> => {
    const { offerUrl, txCode } = await operator('/offers', { card: 'resident', personalNumber: numbers.pop() })
    await wallet.redeem(await wallet.openOffer(offerUrl), txCode)
    return wallet.receive(await wallet.touch())
  }
  /** A phone with a temporary card. */
  const withTemporary = async (fetcher?: typeof fetch) => {
    const own = await phone(fetcher)
    cut()
    const card = await receive(own)
    const stored = (await own.store.get('card', card.id)) as StoredCard
    return { own, card, stored }
  }
  /** The credentials of the person who got this temporary card, with their statuses. */
  const issuedTo = async ({ credential }: StoredCard) => {
    const { credentials, journal } = site.authority
    const { status } = parseSdJwt(credential).unverifiedPayload as { status: { status_list: { idx: number } } }
    for await (const [, { event, credential: id }] of journal.entries()) {
      const record = event === 'temporary-card.issued' ? credentials.get(String(id)) : undefined
      if (record?.idx !== status.status_list.idx) continue
      const all = await credentials.ofPerson(fromHex(record.person))
      return all.map(({ record: { root, ...rest } }) => `${root ? 'full' : 'temporary'} ${credentials.statusOf(rest)}`)
    }
    throw new Error('the journal has each temporary card')
  }

  it('are received at once, marked, and exchanged in the background for a full card with a locked key', async () => {
    const { own, card, stored } = await withTemporary()
    expect(card).to.include({ provisional: true, keyLevel: 'software_prf' })
    expect(card.expiresAt - site.authority.clock()).to.be.at.most(72 * 3600)
    expect(await ready()).to.include({ ready: false, ledger: 'unreachable', cards: 'temporary' })
    await own.wallet.refresh()
    expect((await own.wallet.notices()).map(({ kind }) => kind)).to.include('provisional')
    expect(await own.wallet.cards(), 'the ledger is still away').to.have.length(1)
    await mend()
    await own.wallet.refresh()
    const [full, ...others] = await own.wallet.cards()
    expect(others).to.deep.equal([])
    expect(full).to.include({ provisional: false, keyLevel: 'software_prf' })
    await until(
      'the temporary card has ended',
      async () => (await issuedTo(stored)).includes('temporary INVALID'),
      SLOW,
    )
    expect(await issuedTo(stored)).to.have.members(['temporary INVALID', 'full VALID'])
    expect(await own.store.get('setting', `exchange of ${card.id}`)).to.equal(undefined)
    // Its key opens with the passkey.
    const request = await site.authority.presentations.create('age')
    const asked = await own.wallet.openRequest(request.requestUrl)
    expect(asked.groups.length).to.be.greaterThan(0)
  })

  it('stay if the answer to the exchange is lost, and the next look gets the same full card', async () => {
    let lose = false
    const { own, stored } = await withTemporary(async (input, init) => {
      const response = await fetch(input, init)
      if (!lose || !String(input).endsWith('/oid4vci/credential') || !response.ok) return response
      lose = false
      await response.arrayBuffer()
      throw new TypeError('fetch failed')
    })
    await mend()
    lose = true
    await own.wallet.refresh()
    expect((await own.wallet.cards()).map(({ provisional }) => provisional)).to.deep.equal([true])
    expect(await issuedTo(stored)).to.have.members(['temporary VALID', 'full VALID'])
    await own.wallet.refresh()
    expect((await own.wallet.cards()).map(({ provisional }) => provisional)).to.deep.equal([false])
    await until('one is left', async () => (await issuedTo(stored)).includes('temporary INVALID'), SLOW)
    expect(await issuedTo(stored)).to.have.members(['temporary INVALID', 'full VALID'])
  })

  it('are not exchanged by another phone, nor by one that copied what is stored', async () => {
    const { own, card, stored } = await withTemporary()
    await mend()
    const thief = await phone()
    await receive(thief)
    const spare = await own.store.get('setting', `exchange of ${card.id}`)
    const tokenKey = await own.store.get('setting', 'token key')
    await thief.store.commit([
      { table: 'card', key: stored.id, put: stored },
      { table: 'setting', key: `exchange of ${card.id}`, put: spare },
      { table: 'setting', key: 'token key', put: tokenKey },
    ])
    await thief.wallet.refresh()
    expect(
      (await thief.wallet.cards()).filter(({ provisional }) => provisional),
      'its own DPoP key',
    ).to.have.length(1)
    expect(await issuedTo(stored)).to.deep.equal(['temporary VALID'])
  })

  it('are not issued because strangers keep the ledger busy', async () => {
    const { rpcPort } = site.authority.config
    const call = { to: `0x${'00'.repeat(19)}08`, data: `0x${'00'.repeat(1920)}` }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [call, 'latest'] })
    const headers = { 'content-type': 'application/json' }
    let busy = true
    const strangers = Array.from({ length: 20 }, async () => {
      while (busy) {
        await fetch(`http://127.0.0.1:${rpcPort}`, { method: 'POST', headers, body }).catch(() => undefined)
      }
    })
    try {
      expect((await receive(await phone())).provisional).to.equal(false)
      expect(site.authority.reach.lost).to.equal(null)
    } finally {
      busy = false
      await Promise.all(strangers)
    }
  })
})

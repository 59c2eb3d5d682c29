/** The wallet of the web pages with a node on which HAIP is on: attested by its provider, from an offer to verdicts. */
import { expect } from 'chai'
import { walletReturn } from '../../node/lib/wallet-link.ts'
import { parseWalletSettings } from '../../node/web/wallet/core/settings.ts'
import { openPhone, walletRefusal } from '../support/phone.ts'
import { json, type Tamper, tamperedFetch } from '../support/tampered-fetch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { finding, offer } from './support/steps.ts'

const BACK = 'https://shop.example/back'

describe("e2e: the wallet's logic with HAIP", function () {
  this.timeout(120_000)
  const residents = people(3)
  let node: TestNode
  let settings: ReturnType<typeof parseWalletSettings>

  before(async () => {
    node = new TestNode(['--demo', '--haip'])
    await node.start()
    await node.import(csvOf(residents))
    const { host, port } = node.config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    expect(settings.haip).to.equal(true)
  })
  after(() => node?.dispose())

  it('receives a card of the issuer that signed its metadata, and shows it on both kinds of device', async () => {
    const { wallet, requests } = await openPhone({ settings })
    await wallet.setUp()
    const { offerUrl, txCode } = await offer(node, 'resident', String(residents[0]?.personalNumber))
    await wallet.redeem(await wallet.openOffer(offerUrl), txCode)
    const card = await wallet.receive(await wallet.touch())
    expect(card.vct).to.equal('urn:dojang:kr:resident:1')
    expect(requests.some(({ url }) => url.endsWith('/wallet-provider/attestations'))).to.equal(true)

    const shown = async (where: object) => {
      const { body } = await node.post('/operator/presentations', { preset: 'age', ...where })
      const asked = await wallet.openRequest(body.requestUrl)
      const choice = { cards: new Map([['resident', card.id]]) }
      return { id: String(body.id), sent: await wallet.answer(asked, choice, await wallet.touch()) }
    }
    const elsewhere = await shown({ device: 'other' })
    expect(elsewhere.sent.redirectUri).to.equal(null)
    expect(finding((await node.get(`/operator/presentations/${elsewhere.id}`)).body.verdict)).to.equal('valid')
    const here = await shown({ redirectUri: BACK })
    const [, code] = String(here.sent.redirectUri).split('#response_code=')
    const read = (query: string) => node.get(`/operator/presentations/${here.id}${query}`)
    expect((await read('')).body).to.include({ code: 'VERIFIER_RESPONSE_CODE' })
    expect(finding((await read(`?response_code=${code}`)).body.verdict)).to.equal('valid')
  })

  it('receives a card by the authorization code flow, attested, and without an offer learns where to apply', async () => {
    const { wallet } = await openPhone({ settings, returnUri: walletReturn(node.config.walletUrl) })
    await wallet.setUp()
    const personalNumber = String(residents[1]?.personalNumber)
    const { body: offered } = await node.post('/operator/offers', { card: 'resident', personalNumber, grant: 'code' })
    const offer = await wallet.openOffer(String(offered.offerUrl))
    expect(offer).to.deep.include({ txCode: null, signIn: { host: new URL(node.url).host } })
    const back = await submitted(await wallet.authorize(offer), { tx_code: String(offered.txCode) })
    expect(back.startsWith(walletReturn(node.config.walletUrl))).to.equal(true)
    expect(await wallet.finishAuthorization(back)).to.deep.include({ digits: null })
    const card = await wallet.receive(await wallet.touch())
    expect(card.vct).to.equal('urn:dojang:kr:resident:1')
    expect((await node.get(`/operator/applications/${offered.applicationId}`)).body.state).to.equal('issued')

    const cards = await wallet.cardsOf(settings.authority)
    expect(cards.map(({ card: { vct } }) => vct)).to.include.members(['urn:dojang:kr:driver:1', card.vct])
    const declined = await submitted(await wallet.authorize(cards[0] as (typeof cards)[number]), { cancel: '1' })
    expect(await walletRefusal(wallet.finishAuthorization(declined))).to.deep.equal({
      ...{ code: 'WALLET_RETURN_REFUSED', reason: 'declined' },
    })
  })

  /** What the applicant does on the issuer's page, and where that leads the browser. */
  async function submitted(page: string, answer: Readonly<Record<string, string>>): Promise<string> {
    const { origin, pathname, searchParams } = new URL(page)
    expect((await fetch(page)).status).to.equal(200)
    const body = new URLSearchParams([...searchParams, ...Object.entries(answer)])
    const { status, headers } = await fetch(origin + pathname, { method: 'POST', body, redirect: 'manual' })
    expect(status).to.equal(303)
    return String(headers.get('location'))
  }

  it('lets the page of fakes have its genuine card, in a demo', async () => {
    const { origin } = new URL(node.url)
    const made = await fetch(`${node.url}/demo/cards`, { method: 'POST', headers: { origin } })
    expect(made.status).to.equal(201)
    const { offerUrl, txCode } = (await made.json()) as { offerUrl: string; txCode: string }
    // As node/web/demo/fakes/attacker.ts opens it.
    const { wallet } = await openPhone({ settings: { ...settings, haip: false }, prf: false })
    await wallet.setUp()
    await wallet.redeem(await wallet.openOffer(offerUrl), txCode)
    expect((await wallet.receive(await wallet.touch())).organisation).to.be.a('string')
  })

  it('sends no code to an issuer whose metadata are not signed', async () => {
    const unsigned: Tamper = (url, _init, real) =>
      url.pathname.includes('openid-credential-issuer')
        ? real().then(async () => json(await (await fetch(url)).json()))
        : undefined
    const phone = await openPhone({ settings, fetcher: tamperedFetch(unsigned) })
    await phone.wallet.setUp()
    const { offerUrl } = await offer(node, 'resident', String(residents[2]?.personalNumber))
    const error = await phone.wallet.openOffer(offerUrl).catch(thrown => thrown)
    expect(error.detail).to.deep.equal({ code: 'WALLET_OFFER_INVALID', reason: 'metadata_unsigned' })
    expect(phone.requests.filter(({ method }) => method === 'POST')).to.deep.equal([])
  })
})

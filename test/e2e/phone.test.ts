/** The wallet of the web pages with a real node: from an offer to a verdict, without its screens. */
import { expect } from 'chai'
import { parseWalletSettings } from '../../node/web/wallet/core/settings.ts'
import { openPhone, type Phone, walletRefusal } from '../support/phone.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { change, finding, offer, request, verdictOf } from './support/steps.ts'

const residents = people(12)
const numbers = residents.map(({ personalNumber }) => personalNumber)

describe("e2e: the wallet's logic", function () {
  this.timeout(60_000)
  let node: TestNode
  let settings: ReturnType<typeof parseWalletSettings>

  before(async function () {
    this.timeout(120_000)
    node = await TestNode.start()
    await node.import(csvOf(residents))
    const { host, port } = node.config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
  })
  after(() => node?.dispose())

  const ready = async (options: { prf?: boolean } = {}): Promise<Phone> => {
    const phone = await openPhone({ settings, ...options })
    await phone.wallet.setUp()
    return phone
  }
  const receive = async ({ wallet }: Phone, number: string, card = 'resident') => {
    const { offerUrl, txCode, applicationId } = await offer(node, card, number)
    const opened = await wallet.openOffer(offerUrl)
    await wallet.redeem(opened, txCode)
    const received = await wallet.receive(await wallet.touch())
    const { body } = await node.get(`/operator/applications/${applicationId}`)
    return { received, credentialId: String(body.credentialId), application: body }
  }

  it('receives a card whose issuer the ledger names, and shows it', async () => {
    const phone = await ready()
    const { wallet } = phone
    const { offerUrl, txCode } = await offer(node, 'resident', numbers[0] as string)
    const opened = await wallet.openOffer(offerUrl)
    expect(opened.issuer.standing).to.include({ state: 'accredited' })
    expect(opened.txCode).to.deep.equal({ length: 6, numeric: true })
    expect(opened.card.name.ko).to.include('주민등록')
    const redemption = await wallet.redeem(opened, txCode)
    expect(redemption.digits).to.match(/^\d\d$/)
    const card = await wallet.receive(await wallet.touch())
    expect(card).to.include({ vct: 'urn:dojang:kr:resident:1', keyLevel: 'software_prf', provisional: false })
    expect(card.status?.word).to.equal('VALID')
    expect(card.portrait).to.match(/^data:image\//)
    const [first] = residents
    expect(card.claims.find(({ path }) => path[0] === 'family_name')).to.deep.include({ value: first?.familyName })
    expect(card.claims.filter(({ label }) => label === null)).to.deep.equal([])

    const { id, requestUrl } = await request(node, 'age')
    const asked = await wallet.openRequest(requestUrl)
    expect(asked.answerable).to.equal(true)
    const sent = await wallet.answer(asked, { cards: new Map([['resident', card.id]]) }, await wallet.touch())
    expect(sent.redirectUri).to.equal(null)
    expect(finding(await verdictOf(node, id))).to.equal('valid')
    expect((await wallet.history()).map(({ act }) => act)).to.deep.equal(['shared', 'received'])
  })

  it('keeps what was redeemed when the page is closed, and gets the card with the same key', async () => {
    const phone = await ready({ prf: false })
    const { offerUrl, txCode } = await offer(node, 'resident', numbers[1] as string)
    await phone.wallet.redeem(await phone.wallet.openOffer(offerUrl), txCode)
    const { wallet } = await phone.reopen()
    expect((await wallet.pendingRedemption())?.card.vct).to.equal('urn:dojang:kr:resident:1')
    const card = await wallet.receive(await wallet.touch())
    expect(card.keyLevel).to.equal('software')
    expect(await wallet.pendingRedemption()).to.equal(null)
  })

  it('says that a code is wrong or was used', async () => {
    const { wallet } = await ready()
    const { offerUrl, txCode } = await offer(node, 'resident', numbers[2] as string)
    const opened = await wallet.openOffer(offerUrl)
    const wrong = String((Number(txCode) + 1) % 1_000_000).padStart(6, '0')
    expect(await walletRefusal(wallet.redeem(opened, wrong))).to.deep.equal({ code: 'WALLET_CODE_REFUSED' })
    await wallet.redeem(opened, txCode)
    expect(await walletRefusal(wallet.redeem(opened, txCode))).to.deep.equal({ code: 'WALLET_CODE_REFUSED' })
  })

  it('learns that a card is suspended, and that it is good again', async () => {
    const phone = await ready()
    const { credentialId, received } = await receive(phone, numbers[3] as string)
    await change(node, credentialId, 'suspend')
    await phone.wallet.refresh()
    expect((await phone.wallet.card(received.id)).status?.word).to.equal('SUSPENDED')
    expect((await phone.wallet.notices())[0]).to.include({ kind: 'suspended', cardId: received.id })
    await change(node, credentialId, 'reinstate')
    await phone.wallet.refresh()
    expect((await phone.wallet.card(received.id)).status?.word).to.equal('VALID')
    expect(await phone.wallet.notices()).to.deep.equal([])
  })

  it('opens without a network, with what it knew', async () => {
    const phone = await ready()
    await receive(phone, numbers[4] as string)
    const offline: typeof fetch = async () => {
      throw new TypeError('fetch failed')
    }
    const { wallet } = await openPhone({ settings, store: phone.store, passkey: phone.passkey, fetcher: offline })
    expect((await wallet.cards()).length).to.equal(1)
    const knowledge = await wallet.refresh()
    expect(knowledge).to.deep.include({ online: false })
    expect(knowledge.ledger.state).to.equal('proved')
  })

  it('declines, and the verifier hears of it', async () => {
    const phone = await ready()
    await receive(phone, numbers[5] as string)
    const { id, requestUrl } = await request(node, 'age')
    await phone.wallet.decline(await phone.wallet.openRequest(requestUrl))
    expect(finding(await verdictOf(node, id))).to.equal('retry/declined')
  })
})

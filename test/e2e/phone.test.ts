/** The wallet of the web pages with a real node: from an offer to a verdict, without its screens. */
import { expect } from 'chai'
import { systemTimer, type Timer } from '../../node/lib/time.ts'
import { presetById } from '../../node/verifier/presets/all.ts'
import type { Preset } from '../../node/verifier/presets/preset.ts'
import { parseWalletSettings } from '../../node/web/wallet/core/settings.ts'
import type { Choice, RequestGroup } from '../../node/web/wallet/core/wallet.ts'
import { openPhone, type Phone, walletRefusal } from '../support/phone.ts'
import { Checker, scanned } from './support/checker.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { change, finding, offer, request, verdictOf } from './support/steps.ts'

const residents = people(12)
const numbers = residents.map(({ personalNumber }) => personalNumber)
const presets = ['bank', 'age', 'election', 'government'].map(id => presetById(id) as Preset)

/** The first possible option of each group, with the first card. */
function firstChoice(groups: readonly RequestGroup[]): Choice {
  const options = groups.flatMap(({ options }) => options.find(({ possible }) => possible) ?? [])
  return {
    cards: new Map(
      options.flatMap(({ parts }) => parts.map(({ query, candidates }) => [query, candidates[0]?.cardId ?? ''])),
    ),
  }
}

/** What the holder's phone shows because it was not sent. */
function shown(answer: Uint8Array | null): Uint8Array {
  expect(answer).to.be.instanceOf(Uint8Array)
  return answer as Uint8Array
}

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

  it('answers a registered asker, named by the ledger', async () => {
    const { wallet, ...phone } = await ready()
    await receive({ wallet, ...phone }, numbers[6] as string)
    const { id, requestUrl } = await request(node, 'bank')
    const asked = await wallet.openRequest(requestUrl)
    expect(asked.asker.registration).to.include({ state: 'registered', certificate: 'own' })
    const claims = asked.groups[0]?.options[0]?.parts[0]?.candidates[0]?.claims ?? []
    expect(claims.map(({ path }) => path[0])).to.include.members(['family_name', 'address', 'anchor'])
    expect(claims.some(({ beyond }) => beyond)).to.equal(false)
    await wallet.answer(asked, firstChoice(asked.groups), await wallet.touch())
    expect(finding(await verdictOf(node, id))).to.equal('valid')
    const [entry] = await wallet.history()
    expect(entry).to.include({ act: 'shared', host: new URL(node.url).host })
    expect(entry?.cards[0]?.claims.map(({ path }) => path[0])).to.include('family_name')
    expect(JSON.stringify(await wallet.history())).not.to.include(residents[6]?.familyName)
  })

  describe('in person', () => {
    let checker: Checker
    let phone: Phone
    before(async () => {
      checker = await Checker.open(node, settings.profileKey)
      phone = await ready()
      await receive(phone, numbers[7] as string)
    })
    after(() => checker?.close())

    for (const preset of presets) {
      it(`two-way: ${preset.id}, with no network on the phone`, async () => {
        const offline: typeof fetch = async () => {
          throw new TypeError('fetch failed')
        }
        const { wallet } = await openPhone({ settings, store: phone.store, passkey: phone.passkey, fetcher: offline })
        const check = await checker.begin(preset)
        const asked = await wallet.openShownRequest(scanned(check.message))
        expect(asked.asker).to.deep.include({ host: null })
        expect(asked.asker.registration).to.include({ state: 'registered' })
        const answer = await wallet.answerShown(asked, firstChoice(asked.groups), await wallet.touch())
        const verdict = await check.judge(scanned(shown(answer)))
        expect(finding(verdict)).to.equal('valid')
        expect(verdict.disclosed?.[0]?.claims.portrait).to.match(/^data:image/)
      })
    }

    it('two-way: a phone with a network posts its answer to the address in the request', async () => {
      const { wallet } = phone
      const { message, posted } = await checker.beginOnline(presets[0] as Preset, node.url)
      const asked = await wallet.openShownRequest(scanned(message))
      expect(asked.asker.host).to.equal(new URL(node.url).host)
      const verdict = posted()
      expect(await wallet.answerShown(asked, firstChoice(asked.groups), await wallet.touch())).to.equal(null)
      expect(finding(await verdict)).to.equal('valid')
    })

    it('two-way: a network that falls silent makes nobody wait, and the answer becomes a code', async () => {
      let isSilent = false
      const silent: typeof fetch = (input, init) =>
        isSilent
          ? new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
          : fetch(input, init)
      const hasty: Timer = { now: systemTimer.now, after: (time, call) => systemTimer.after(time / 50, call) }
      const ports = { settings, store: phone.store, passkey: phone.passkey, fetcher: silent, timer: hasty }
      const { wallet } = await openPhone(ports)
      expect(await wallet.refresh()).to.include({ online: true })
      const { message, check } = await checker.beginOnline(presets[0] as Preset, node.url)
      isSilent = true
      const looking = wallet.refresh()
      const asked = await wallet.openShownRequest(scanned(message))
      expect(asked.asker.registration).to.include({ state: 'registered' })
      const answer = await wallet.answerShown(asked, firstChoice(asked.groups), await wallet.touch())
      expect(finding(await check.judge(scanned(shown(answer))))).to.equal('valid')
      expect(await looking).to.include({ online: false })
      const declined = await wallet.openShownRequest(scanned(message))
      expect(await wallet.declineShown(declined)).to.be.instanceOf(Uint8Array)
    })

    it('two-way: a phone with a network declines', async () => {
      const { message, posted } = await checker.beginOnline(presets[0] as Preset, node.url)
      const verdict = posted()
      const asked = await phone.wallet.openShownRequest(scanned(message))
      expect(await phone.wallet.declineShown(asked)).to.equal(null)
      expect(finding(await verdict)).to.equal('retry/declined')
    })

    it('two-way: declines, and the checker hears of it', async () => {
      const check = await checker.begin(presets[0] as Preset)
      const asked = await phone.wallet.openShownRequest(check.message)
      expect(finding(await check.judge(shown(await phone.wallet.declineShown(asked))))).to.equal('retry/declined')
    })

    it('rendezvous: the till answers the code, and the wallet the till', async () => {
      const bank = presets[0] as Preset
      const { wallet } = phone
      const meeting = await wallet.openMeeting()
      const check = await checker.begin(bank)
      const till = checker.meet(meeting.code, check)
      const asked = await meeting.request()
      expect(asked.asker.registration).to.include({ state: 'registered' })
      await meeting.answer(asked, firstChoice(asked.groups), await wallet.touch())
      expect(finding(await till)).to.equal('valid')
      expect(await walletRefusal(meeting.request())).to.deep.equal({ code: 'WALLET_REQUEST_EXPIRED' })
    })

    it('rendezvous: who did not read the code joins in vain', async () => {
      const meeting = await phone.wallet.openMeeting()
      const check = await checker.begin(presets[0] as Preset)
      const gone = new AbortController()
      const till = checker.meet(meeting.code.replace(/k=.*$/, `k=${'A'.repeat(22)}`), check, gone.signal)
      const refused = till.then(
        () => false,
        () => true,
      )
      expect(await walletRefusal(meeting.request())).to.include({ code: 'WALLET_REQUEST_INVALID' })
      gone.abort()
      expect(await refused).to.equal(true)
    })

    it('one-way: a code is accepted once, and the next one again', async () => {
      const age = presetById('age') as Preset
      const { wallet } = phone
      const open = await wallet.openOneWay(age)
      const show = await wallet.showOneWay(open, firstChoice(open.groups), await wallet.touch())
      const message = scanned(await show.next())
      expect(finding(await checker.judgeOneWay(age, message))).to.equal('valid')
      expect(finding(await checker.judgeOneWay(age, message))).to.equal('replayed')
      expect(finding(await checker.judgeOneWay(age, scanned(await show.next())))).to.equal('valid')
      show.end()
      expect(await walletRefusal(show.next())).to.deep.equal({ code: 'WALLET_TOUCH_SPENT' })
    })

    it('one-way: is refused where the purpose needs a request', async () => {
      const refusal = await walletRefusal(phone.wallet.openOneWay(presets[0] as Preset))
      expect(refusal).to.deep.equal({ code: 'WALLET_ONE_WAY_REFUSED' })
    })
  })
})

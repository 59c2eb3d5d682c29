/** A lost phone over HTTP: its holder locks it from another browser, and its telecom reports it. */
import { expect } from 'chai'
import { koreanDate } from '../../node/credential/dates.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import { parseWalletSettings, type WalletSettings } from '../../node/web/wallet/core/settings.ts'
import { type OperatorPage, signedIn } from '../support/operator-page.ts'
import { openPhone, type Phone } from '../support/phone.ts'
import { openSite, type Site } from '../support/site.ts'

describe('e2e: a lost phone', function () {
  this.timeout(120_000)
  let site: Site
  let settings: WalletSettings
  let clerk: OperatorPage
  let people: { readonly number: string; readonly person: Uint8Array }[]

  before(async () => {
    site = await openSite({ mode: 'demo' })
    const { residents, clock, config, org, random } = site.authority
    const facts = [...fictitiousPopulation({ count: 40, seed: 'loss', today: koreanDate(clock()) })]
    await residents.store(facts)
    const adults = facts.filter(({ birthdate }) => birthdate < '1990').map(({ personalNumber }) => personalNumber)
    people = await Promise.all(
      adults.map(async number => {
        const found = await residents.findByNumber(number)
        return { number, person: found?.person as Uint8Array }
      }),
    )
    await residents.lines.put(
      people.map(({ person }, i) => ({ line: lineOf(i), person, telecom: org })),
      random,
    )
    const { host, port } = config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    clerk = await signedIn(site, 'clerk')
  })
  after(() => site.close())

  const lineOf = (i: number) => `+82100000${String(i).padStart(4, '0')}`
  const local = () => ({ authorization: `Bearer ${site.authority.custody.operatorToken}`, host: 'localhost' })
  const status = (id: string) => site.authority.credentials.statusOf(site.authority.credentials.get(id))

  async function phoneOf(i: number): Promise<Phone & { readonly credential: string }> {
    const phone = await openPhone({ settings, walletUrl: site.authority.config.walletUrl })
    await phone.wallet.setUp()
    const { body } = await clerk.raw(
      'POST',
      '/offers',
      { card: 'resident', personalNumber: people[i]?.number },
      local(),
    )
    const { offerUrl, txCode, applicationId } = body as { offerUrl: string; txCode: string; applicationId: string }
    await phone.wallet.redeem(await phone.wallet.openOffer(offerUrl), txCode)
    await phone.wallet.receive(await phone.wallet.touch())
    const credential = site.authority.pipeline.credentialOf(applicationId)
    return { ...phone, credential: String(credential) }
  }

  /** As the page for locking calls, from another origin. */
  async function post(path: string, body: unknown = {}) {
    const response = await fetch(`${settings.authority}/lock/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: site.authority.config.walletUrl },
      body: JSON.stringify(body),
    })
    expect(response.headers.get('access-control-allow-origin')).to.equal('*')
    return { status: response.status, body: await response.json() }
  }

  it('mission 6: is locked by its holder with the recovery code, and with line and passkey; the passkey unlocks it', async () => {
    const phone = await phoneOf(0)
    expect(await phone.wallet.lossMeans()).to.equal(null)
    const { code, means } = await phone.wallet.prepareForLoss()
    expect(means).to.include({ passkey: true, code: true })
    const opened = await post('sessions', { code })
    expect(opened.status).to.equal(200)
    const locked = await post('locks', { session: opened.body.session })
    expect([locked.status, locked.body.pending]).to.deep.equal([200, false])
    expect(status(phone.credential)).to.equal('SUSPENDED')

    // A new code ends the one before; the passkey agrees.
    const second = await phone.wallet.prepareForLoss()
    expect((await post('sessions', { code })).body).to.include({ code: 'LOCK_REFUSED' })
    expect((await post('sessions', { code: second.code })).status).to.equal(200)

    const passkey = async () => phone.lockPasskey.get((await post('challenge')).body)
    const again = await post('sessions', { line: lineOf(0), passkey: await passkey() })
    expect(again.body.cards[0]).to.include({ status: 'SUSPENDED', mayUnlock: true })
    const unlocking = { session: again.body.session, card: phone.credential, passkey: await passkey() }
    expect((await post('unlockings', unlocking)).status).to.equal(200)
    expect(status(phone.credential)).to.equal('VALID')
    expect((await post('sessions', { line: lineOf(1), passkey: await passkey() })).body.code).to.equal('LOCK_REFUSED')
    expect((await post('sessions', { line: lineOf(1) })).status).to.equal(400)
  })

  it('mission 6: is reported by its telecom, and unlocked at the counter only with an identity check', async () => {
    const phone = await phoneOf(2)
    const reported = await clerk.raw('POST', '/simulated-telecom/losses', { line: lineOf(2) }, local())
    expect(reported.body).to.include({ state: 'suspended' })
    expect(status(phone.credential)).to.equal('SUSPENDED')
    expect((await clerk.raw('POST', '/simulated-telecom/losses', { line: '+821099999999' }, local())).status).to.equal(
      404,
    )
    // Without a telecom's own client nobody reports, not even the operators.
    expect((await clerk.send('POST', '/loss-reports', { report: 'x' })).status).to.equal(403)
    expect((await clerk.raw('POST', '/loss-reports', { report: 'x' }, local())).body).to.include({
      code: 'LOSS_REPORTER_REFUSED',
    })
    const callCentre = await signedIn(site, 'call-centre')
    const act = `/credentials/${phone.credential}/reinstate`
    const { body } = await clerk.send('POST', '/credentials/search', { personalNumber: people[2]?.number })
    expect((body as { credentials: unknown[] }).credentials).to.have.length(1)
    const identity = { document: 'none', means: ['questions-answered'] }
    const closes = site.authority.lossDesk.lockOf(phone.credential)?.report
    expect(closes).to.be.a('string')
    const entry = await reportOf(phone.credential)
    const refused = await callCentre.send('POST', act, { reason: 'found', identity, closes: entry })
    expect(refused.body).to.include({ code: 'LOSS_UNLOCK_REFUSED' })
    const checked = { document: 'passport', means: ['face-compared'] }
    expect((await clerk.send('POST', act, { reason: 'found', closes: entry })).status).to.equal(422)
    expect((await clerk.send('POST', act, { reason: 'found', identity: checked, closes: entry })).status).to.equal(200)
    expect(status(phone.credential)).to.equal('VALID')
  })

  /** The transaction that suspended the card, as the counter's page names it. */
  async function reportOf(credential: string): Promise<string> {
    let found = ''
    for await (const [, { event, credential: of, to, transaction }] of site.authority.journal.entries()) {
      if (event === 'credential.status-set' && of === credential && to === 'SUSPENDED') found = String(transaction)
    }
    return found
  }
})

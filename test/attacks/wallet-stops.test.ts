/** Who may stop a wallet provider, and whom a stop concerns. */
import { expect } from 'chai'
import { type OperatorPage, signedIn } from '../support/operator-page.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'
import { expectRefusal, HOUR, journalOf } from './support/operators.ts'

/** The organisation of the authority. */
const OWN = 1

describe('attacks on the stop of a wallet provider', function () {
  this.timeout(120_000)
  let site: ShiftedSite
  let first: OperatorPage
  let second: OperatorPage

  before(async () => {
    site = await shiftedSite()
    first = await signedIn(site, 'administrator')
    second = await signedIn(site, 'supervisor')
  })
  afterEach(() => site.back())
  after(() => site.close())

  const propose = (page: OperatorPage, body: object) => page.send('POST', '/proposals', { reason: 'a reason', ...body })
  const confirm = (page: OperatorPage, id: string) => page.send('POST', `/proposals/${id}/confirm`)
  const stop = (existing: unknown) => ({ kind: 'stop-wallet-provider', provider: OWN, existing })
  const lift = { kind: 'lift-wallet-stop', provider: OWN, reinstate: true }
  const endsIssuing = () => site.authority.walletStops.endsIssuing(OWN)

  it('one person cannot propose and confirm it, nor lift it; two can, and both are in the journal', async () => {
    const { body: proposal } = await propose(first, stop('keep'))
    expect(proposal.act).to.deep.equal({ ...stop('keep'), cards: 0 })
    expectRefusal(await confirm(first, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
    expect(endsIssuing()).to.equal(false)
    expect((await confirm(second, proposal.id)).status).to.equal(200)
    expect(endsIssuing()).to.equal(true)
    const { body: lifting } = await propose(second, lift)
    expectRefusal(await confirm(second, lifting.id), 403, 'OPERATOR_OWN_PROPOSAL')
    expect(endsIssuing()).to.equal(true)
    expect((await confirm(first, lifting.id)).status).to.equal(200)
    expect(endsIssuing()).to.equal(false)
    const entries = await journalOf(site)
    const of = (event: string) => entries.find(entry => entry.event === event)
    expect(of('wallet-stop.ordered')).to.include({ provider: '1', by: `operator:${second.id}` })
    expect(of('wallet-stop.lifted')).to.include({ provider: '1', by: `operator:${first.id}` })
    expect(JSON.stringify(entries)).not.to.include('a reason')
  })

  it('clerks, auditors and the command line cannot take part; who may read the list, and who not', async () => {
    const clerk = await signedIn(site, 'clerk')
    const auditor = await signedIn(site, 'auditor')
    for (const page of [clerk, auditor]) expectRefusal(await propose(page, stop('keep')), 403, 'HTTP_FORBIDDEN')
    const token = { authorization: `Bearer ${site.authority.custody.operatorToken}`, host: 'localhost' }
    const body = { reason: 'a reason', ...stop('keep') }
    expectRefusal(await first.raw('POST', '/proposals', body, token), 403, 'HTTP_FORBIDDEN')
    expectRefusal(await clerk.send('GET', '/wallet-providers'), 403, 'HTTP_FORBIDDEN')
    for (const page of [first, second, auditor]) {
      expect((await page.send('GET', '/wallet-providers')).body).to.have.property('walletAttestation', 'accepted')
    }
  })

  it('nobody confirms it after its time, and no time in the past is proposed', async () => {
    const now = site.authority.clock()
    expectRefusal(await propose(first, stop(now - 1)), 409, 'ISSUER_WALLET_STOP_STATE')
    const { body: proposal } = await propose(first, stop(now + HOUR))
    site.forward(HOUR + 1)
    await second.signIn()
    expectRefusal(await confirm(second, proposal.id), 409, 'OPERATOR_PROPOSAL_STATE')
    expect(endsIssuing()).to.equal(false)
  })

  it('a provider that does not exist, other values and what is not stopped are refused', async () => {
    expectRefusal(await propose(first, { ...stop('keep'), provider: 99 }), 404, 'ISSUER_WALLET_PROVIDER_UNKNOWN')
    expectRefusal(await propose(first, lift), 409, 'ISSUER_WALLET_STOP_STATE')
    for (const wrong of [-1, 1.5, 'now', null, true, {}]) {
      expect((await propose(first, stop(wrong))).status, String(wrong)).to.equal(400)
    }
    for (const provider of [0, -1, '1', 2 ** 32, null]) {
      expect((await propose(first, { ...stop('keep'), provider })).status, String(provider)).to.equal(400)
    }
    expect((await first.send('GET', '/wallet-providers/constructor/cards')).status).to.equal(404)
  })
})

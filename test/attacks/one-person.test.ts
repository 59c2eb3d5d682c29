/** What needs two people, tried by one. */
import { expect } from 'chai'
import type { Role } from '../../node/issuer/operators/actor.ts'
import { OperatorPage, signedIn } from '../support/operator-page.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'
import { expectRefusal, HOUR, journalOf } from './support/operators.ts'

describe('attacks: one person alone', function () {
  this.timeout(120_000)
  let site: ShiftedSite
  let admin: OperatorPage

  before(async () => {
    site = await shiftedSite()
    admin = await signedIn(site, 'administrator')
  })
  afterEach(() => site.back())
  after(() => site.close())

  const propose = (page: OperatorPage, body: object) => page.send('POST', '/proposals', { reason: 'a reason', ...body })
  const confirm = (page: OperatorPage, id: string) => page.send('POST', `/proposals/${id}/confirm`)
  const admit = { kind: 'admit-administrator', name: 'an accomplice' }
  let first: OperatorPage
  let second: OperatorPage

  beforeEach(async () => {
    first = await signedIn(site, 'administrator')
    second = await signedIn(site, 'supervisor')
  })

  it('cannot confirm or reject their own proposal; another operator can, once', async () => {
    const { body: proposal } = await propose(first, admit)
    expectRefusal(await confirm(first, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
    expectRefusal(await first.send('POST', `/proposals/${proposal.id}/reject`), 403, 'OPERATOR_OWN_PROPOSAL')
    // Also from another session of the same person.
    await first.signIn()
    expectRefusal(await confirm(first, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
    const answers = await Promise.all([confirm(second, proposal.id), confirm(second, proposal.id)])
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409])
    const [done] = answers.filter(({ status }) => status === 200)
    expect(done?.body.proposal).to.include({ state: 'done' })
    expect(done?.body.invitation.operator).to.include({ role: 'administrator', name: 'an accomplice' })
    const entries = (await journalOf(site)).filter(entry => entry.proposal === proposal.id)
    expect(entries.map(({ event, by }) => [event, by])).to.deep.equal([
      ['proposal.made', `operator:${first.id}`],
      ['proposal.confirmed', `operator:${second.id}`],
    ])
    expect(JSON.stringify(entries)).not.to.include('accomplice').and.not.include('a reason')
  })

  it('cannot admit or stop an administrator without a proposal', async () => {
    const body = { name: 'an accomplice', role: 'administrator' }
    expectRefusal(await first.send('POST', '/operators/invitations', body), 409, 'OPERATOR_TWO_PEOPLE')
    expectRefusal(await first.send('POST', `/operators/${admin.id}/stop`), 409, 'OPERATOR_TWO_PEOPLE')
  })

  it('cannot, as a supervisor, propose to admit or stop an administrator', async () => {
    expectRefusal(await propose(second, admit), 403, 'OPERATOR_MAY_NOT_PROPOSE')
    const stop = { kind: 'stop-administrator', operator: first.id }
    expectRefusal(await propose(second, stop), 403, 'OPERATOR_MAY_NOT_PROPOSE')
  })

  it('cannot decide about their own stop, nor have a proposal confirmed after they were stopped', async () => {
    const third = await signedIn(site, 'administrator')
    const { body: stop } = await propose(first, { kind: 'stop-administrator', operator: third.id })
    expectRefusal(await third.send('POST', `/proposals/${stop.id}/reject`), 403, 'OPERATOR_OWN_PROPOSAL')
    const { body: left } = await propose(third, admit)
    expect((await confirm(second, stop.id)).status).to.equal(200)
    expectRefusal(await third.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
    expectRefusal(await confirm(second, left.id), 409, 'OPERATOR_PROPOSAL_STATE')
  })

  it('finds no old proposal that somebody could still confirm', async () => {
    const { body: proposal } = await propose(first, admit)
    site.forward(7 * 24 * HOUR)
    await second.signIn()
    expectRefusal(await confirm(second, proposal.id), 409, 'OPERATOR_PROPOSAL_STATE')
    const { body } = await second.send('GET', '/proposals')
    expect(body.proposals.find((one: { id: string }) => one.id === proposal.id)).to.include({
      state: 'expired',
      mayDecide: false,
    })
  })

  it('cannot take part with the command line, which names nobody', async () => {
    const { body: proposal } = await propose(first, admit)
    const token = { authorization: `Bearer ${site.authority.custody.operatorToken}`, host: 'localhost' }
    expectRefusal(await first.raw('POST', `/proposals/${proposal.id}/confirm`, undefined, token), 403, 'HTTP_FORBIDDEN')
  })

  /** A person whom this administrator invited, alone. */
  async function accountOf(inviter: OperatorPage, role: Role): Promise<OperatorPage> {
    const page = new OperatorPage(site)
    const { body } = await inviter.send('POST', '/operators/invitations', { name: 'the same person', role })
    expect((await page.enrol(body.enrolmentUrl)).status).to.equal(201)
    expect((await page.signIn()).status).to.equal(201)
    return page
  }

  it('cannot decide with a second account, which they invited, nor with a third', async () => {
    const [own, another] = [await accountOf(first, 'supervisor'), await accountOf(first, 'supervisor')]
    const { body: mine } = await propose(first, admit)
    expectRefusal(await confirm(own, mine.id), 403, 'OPERATOR_OWN_PROPOSAL')
    expectRefusal(await own.send('POST', `/proposals/${mine.id}/reject`), 403, 'OPERATOR_OWN_PROPOSAL')
    const perDay = site.authority.revocations.perDay + 1000
    const { body: theirs } = await propose(own, { kind: 'raise-revocation-limit', perDay })
    expectRefusal(await confirm(first, theirs.id), 403, 'OPERATOR_OWN_PROPOSAL')
    expectRefusal(await confirm(another, theirs.id), 403, 'OPERATOR_OWN_PROPOSAL')
    const { body: listed } = await another.send('GET', '/proposals')
    expect(listed.proposals.find((one: { id: string }) => one.id === theirs.id).mayDecide).to.equal(false)
    expect((await confirm(second, mine.id)).status).to.equal(200)
    const ofAnother = await accountOf(admin, 'supervisor')
    expect((await ofAnother.send('POST', `/proposals/${theirs.id}/reject`)).status).to.equal(200)
  })

  it('cannot reject their own stop with a second account', async () => {
    const own = await accountOf(first, 'supervisor')
    const { body: stop } = await propose(admin, { kind: 'stop-administrator', operator: first.id })
    expectRefusal(await own.send('POST', `/proposals/${stop.id}/reject`), 403, 'OPERATOR_OWN_PROPOSAL')
  })

  it('is somebody of their own when two people admitted them', async () => {
    const { body: proposal } = await propose(first, admit)
    const { body: confirmed } = await confirm(second, proposal.id)
    const admitted = new OperatorPage(site)
    await admitted.enrol(confirmed.invitation.enrolmentUrl)
    await admitted.signIn()
    const { body: next } = await propose(first, admit)
    expect((await confirm(admitted, next.id)).status).to.equal(200)
  })

  it('raises the limit of revocations with another one only, for one day, and never lowers it', async () => {
    const { revocations } = site.authority
    const raise = { kind: 'raise-revocation-limit', perDay: revocations.perDay + 10 }
    expectRefusal(await propose(second, { ...raise, perDay: 1 }), 409, 'OPERATOR_LIMIT_NOT_RAISED')
    const { body: proposal } = await propose(second, raise)
    expectRefusal(await confirm(second, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
    expect(revocations.perDay).to.equal(raise.perDay - 10)
    expect((await confirm(first, proposal.id)).status).to.equal(200)
    expect(revocations.perDay).to.equal(raise.perDay)
    const { body: kept } = await propose(second, { ...raise, perDay: raise.perDay + 10 })
    site.forward(24 * HOUR)
    expect(revocations.perDay).to.equal(raise.perDay - 10)
    // A proposal about the limit of one day is none about that of another day.
    await first.signIn()
    expectRefusal(await confirm(first, kept.id), 409, 'OPERATOR_PROPOSAL_STATE')
    expect(revocations.perDay).to.equal(raise.perDay - 10)
  })
})

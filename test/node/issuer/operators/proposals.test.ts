/** Proposals of an authority that is stopped and started again between confirmation and end. */
import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { koreanDate } from '../../../../node/credential/dates.ts'
import type { OperatorActor } from '../../../../node/issuer/operators/actor.ts'
import { fictitiousPopulation } from '../../../../node/residents/population/population.ts'
import { resident } from '../../../support/cards.ts'
import { signedIn } from '../../../support/operator-page.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { openSite, type Site } from '../../../support/site.ts'
import { until } from '../../../support/until.ts'
import { holderKey, random } from '../../../support/world.ts'

describe('a proposal about many cards', function () {
  this.timeout(120_000)
  const data = scratchDirectory('proposals')
  let site: Site
  let credentials: string[]
  /** Of the last person. */
  let doomed: string

  before(async () => {
    site = await openSite({ data })
    const { residents, pipeline, clock } = site.authority
    const people = [...fictitiousPopulation({ count: 6, seed: 'many', today: koreanDate(clock()) })]
    await residents.store(people)
    credentials = await Promise.all(
      people.map(async ({ personalNumber }) => {
        const found = await residents.findByNumber(personalNumber)
        if (!found) throw new Error('not in the register')
        const application = Buffer.from(random(16)).toString('base64url')
        const order = { application, person: found.person, card: resident, holderKey: holderKey(), ops: [] }
        return (
          await pipeline.issue({
            ...order,
            keyStorage: 'software',
            walletProvider: null,
            dpopKey: 'key',
            lineTag: null,
          })
        ).credentialId
      }),
    )
    doomed = credentials.pop() as string
  })
  after(async () => {
    await site.close()
    rmSync(data, { recursive: true, force: true })
  })

  const actor = (id: string): OperatorActor => {
    const { name, role, centre } = site.authority.accounts.get(id)
    return { kind: 'operator', id, name, role, centre }
  }
  const statuses = async () => {
    await site.authority.mirror.catchUp()
    return credentials.map(id => site.authority.credentials.statusOf(site.authority.credentials.get(id)))
  }

  it('changes nothing until it is confirmed; a restart after the confirmation does not lose it', async () => {
    const first = await signedIn(site, 'supervisor')
    const second = await signedIn(site, 'supervisor')
    const act = { kind: 'status-many', credentials: [...credentials, doomed], to: 'SUSPENDED' } as const
    const { id } = await site.authority.proposals.propose(act, 'a batch with a wrong photo', actor(first.id))
    expect(await statuses()).to.deep.equal(credentials.map(() => 'VALID'))
    await site.authority.credentials.change(doomed, 'INVALID', 'lost', 'local')

    const { proposal } = await site.authority.proposals.confirm(id, actor(second.id))
    expect(proposal).to.include({ state: 'confirmed', proposer: first.id, decider: second.id })
    await site.close()
    site = await openSite({ data })
    const found = async () => (await site.authority.proposals.list()).find(one => one.id === id)
    await site.authority.proposals.resume()
    await until('the proposal is done', async () => (await found())?.state === 'done')
    expect(await statuses()).to.deep.equal(credentials.map(() => 'SUSPENDED'))
    expect((await found())?.progress).to.deep.equal({
      done: 6,
      failed: [{ credential: doomed, code: 'ISSUER_STATUS_REFUSED' }],
    })

    const entries = []
    for await (const [, entry] of site.authority.journal.entries()) entries.push(entry)
    const about = entries.filter(entry => entry.proposal === id)
    expect(about.map(({ event, by }) => [event, by])).to.deep.equal([
      ['proposal.made', `operator:${first.id}`],
      ['proposal.confirmed', `operator:${second.id}`],
      ['proposal.done', undefined],
    ])
    const set = entries.filter(({ event, to }) => event === 'credential.status-set' && to === 'SUSPENDED')
    expect(set.map(({ by }) => by)).to.deep.equal(credentials.map(() => `operator:${first.id}`))
    expect(JSON.stringify(entries)).not.to.include('wrong photo')
  })

  it('reinstates no card that was suspended for another reason after the proposal', async () => {
    const first = await signedIn(site, 'supervisor')
    const second = await signedIn(site, 'supervisor')
    const { credentials: issued, mirror, proposals } = site.authority
    const [lost = '', ...others] = credentials
    // The next block has a later time, so that the order is certain.
    await issued.change(lost, 'VALID', 'the photo was right', 'operator:x')
    await mirror.catchUp()
    const act = { kind: 'status-many', credentials, to: 'VALID' } as const
    const { id, at } = await proposals.propose(act, 'the photos were right', actor(first.id))
    await until('the next second', () => site.authority.clock() > at)
    await issued.change(lost, 'SUSPENDED', 'the phone was stolen', 'operator:call-centre')
    await proposals.confirm(id, actor(second.id))
    const found = async () => (await proposals.list()).find(one => one.id === id)
    await until('the proposal is done', async () => (await found())?.state === 'done')
    expect((await found())?.progress?.failed).to.deep.equal([{ credential: lost, code: 'ISSUER_REPORT_CHANGED' }])
    expect(await statuses()).to.deep.equal(['SUSPENDED', ...others.map(() => 'VALID')])
    for (const other of others) await issued.change(other, 'SUSPENDED', 'as before', 'operator:x')
  })

  it('is refused at once if this authority issued no such card', async () => {
    const first = await signedIn(site, 'supervisor')
    const unknown = 'a1'.repeat(16)
    const act = { kind: 'status-many', credentials: [...credentials, unknown], to: 'INVALID' } as const
    const refused = await site.authority.proposals.propose(act, 'x', actor(first.id)).catch(error => error)
    expect(refused.detail).to.deep.equal({ code: 'ISSUER_CREDENTIAL_UNKNOWN', credential: unknown })
  })

  it('can be rejected by another operator, and then not be confirmed', async () => {
    const first = await signedIn(site, 'supervisor')
    const second = await signedIn(site, 'supervisor')
    const act = { kind: 'status-many', credentials, to: 'INVALID' } as const
    const { id } = await site.authority.proposals.propose(act, 'x', actor(first.id))
    expect(await site.authority.proposals.reject(id, actor(second.id))).to.include({ state: 'rejected' })
    const refused = await site.authority.proposals.confirm(id, actor(second.id)).catch(error => error)
    expect(refused.detail).to.deep.equal({ code: 'OPERATOR_PROPOSAL_STATE', proposal: id, state: 'rejected' })
    expect(await statuses()).to.deep.equal(credentials.map(() => 'SUSPENDED'))
  })
})

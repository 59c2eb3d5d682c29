/**
 * The process dies at each of its commits, in two ways: the commit was not written, or it was written and not
 * acknowledged. After the restart the wallet repeats its request, and the result must be the same as without the crash.
 */
import { expect } from 'chai'
import type { IssueOrder } from '../../../../node/issuer/order.ts'
import { anchoredEvents, auditBatches, type CheckedCard, checkCard, expectDistinct } from '../../../support/card.ts'
import type { Fault } from '../../../support/fake-ledger.ts'
import { type Core, World } from '../../../support/world.ts'

/** More commits than one replacement needs, so that the last round has no failure and every commit was tested. */
const ENOUGH = 40

/** Of the old card, so that its end has to be told. */
const LINE = `0x${'aa'.repeat(16)}` as const

describe('a process that dies at a commit', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  let next = 0
  const cards: CheckedCard[] = []

  before(async () => {
    world = await World.make(2 * ENOUGH)
    core = await world.open()
  })
  after(() => world.dispose())

  /** Issues a card that replaces another, and the wallet accepts it. Throws at the commit that fails. */
  async function replace(order: IssueOrder): Promise<void> {
    cards.push(await checkCard(await core.pipeline.issue(order), world))
    await core.store.commit(core.pipeline.notified(order.application, 'credential_accepted'))
    await core.pipeline.sweep()
    if (core.store.dead) throw new Error('died in the sweep')
  }

  async function dieAndRecover(commit: number, fault: Fault): Promise<'died' | 'lived'> {
    const person = world.people[next++] as Uint8Array
    const before = core.order(person, { lineTag: LINE })
    const old = await core.pipeline.issue(before)
    const order = core.order(person)
    const anchored = (await anchoredEvents(world)).length
    const got = cards.length
    core.store.dieAt(commit, fault)
    const died = await replace(order).then(
      () => false,
      () => true,
    )
    core = await world.open()
    await core.recovered

    // The wallet requests the card if it did not get it, and then sends its notification, possibly again.
    if (cards.length === got) cards.push(await checkCard(await core.pipeline.issue(order), world))
    await core.store.commit(core.pipeline.notified(order.application, 'credential_accepted'))
    await core.pipeline.sweep()

    const fresh = core.pipeline.credentialOf(order.application) as string
    const ofPerson = (await core.credentials.ofPerson(person)).map(({ id }) => id)
    expect(ofPerson.sort()).to.deep.equal([old.credentialId, fresh].sort())
    expect([core.status(old.credentialId), core.status(fresh)]).to.deep.equal(['INVALID', 'VALID'])
    const notices = (await core.entries()).filter(({ told }) => told === before.application)
    expect(
      notices.map(({ application }) => application),
      'one notice',
    ).to.deep.equal([order.application])
    expect((await anchoredEvents(world)).length, 'anchored once').to.equal(anchored + 1)
    const { receipt, idx, list } = cards[got] as CheckedCard
    const { root, index: leafIndex } = receipt
    expect(core.credentials.get(fresh)).to.include({ root, leafIndex, idx, list: String(list) })
    return died ? 'died' : 'lived'
  }

  for (const fault of ['refused', 'stored-then-lost'] as const) {
    it(`${fault}: loses no card and issues none twice`, async () => {
      let commits = 0
      while ((await dieAndRecover(commits, fault)) === 'died') {
        commits++
        expect(commits).to.be.lessThan(ENOUGH)
      }
      console.log(`      died at each of ${commits} commits`)
      expect(commits).to.be.at.least(5)
    })
  }

  it('has one card for each status index, and a manifest for each batch', async () => {
    expectDistinct(cards)
    await auditBatches(core)
  })
})

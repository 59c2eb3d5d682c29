/**
 * The process dies at each of its commits, in both ways: the disk took nothing, or took it and did not say so. After
 * the restart the wallet asks again, and the world has to be as if nothing had happened.
 */
import { expect } from 'chai'
import type { IssueOrder } from '../../../../node/issuer/order.ts'
import { anchoredEvents, auditBatches, type CheckedCard, checkCard, expectDistinct } from '../../../support/card.ts'
import type { Fault } from '../../../support/fake-ledger.ts'
import { type Core, World } from '../../../support/world.ts'

/** More commits than one replacement takes: then none failed, and the table is complete. */
const ENOUGH = 40

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

  /** Replaces a card, the wallet accepts: what a wallet and the sweeps do, until something throws. */
  async function replace(order: IssueOrder): Promise<void> {
    cards.push(await checkCard(await core.pipeline.issue(order), world))
    await core.store.commit(core.pipeline.notified(order.application, 'credential_accepted'))
    await core.pipeline.sweep()
    if (core.store.dead) throw new Error('died in the sweep')
  }

  async function dieAndRecover(commit: number, fault: Fault): Promise<'died' | 'lived'> {
    const person = world.people[next++] as Uint8Array
    const old = await core.pipeline.issue(core.order(person))
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

    // A wallet that has its card says so again; one that has not asks for it.
    if (cards.length === got) cards.push(await checkCard(await core.pipeline.issue(order), world))
    await core.store.commit(core.pipeline.notified(order.application, 'credential_accepted'))
    await core.pipeline.sweep()

    const fresh = core.pipeline.credentialOf(order.application) as string
    const ofPerson = (await core.credentials.ofPerson(person)).map(({ id }) => id)
    expect(ofPerson.sort()).to.deep.equal([old.credentialId, fresh].sort())
    expect([core.status(old.credentialId), core.status(fresh)]).to.deep.equal(['INVALID', 'VALID'])
    expect((await anchoredEvents(world)).length, 'anchored once').to.equal(anchored + 1)
    const { receipt, idx, list } = cards[got] as CheckedCard
    expect(core.credentials.get(fresh)).to.include({ root: receipt.root, slot: receipt.index, idx, list: String(list) })
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

  it('leaves each status index on one card, and each batch with its manifest', async () => {
    expectDistinct(cards)
    await auditBatches(core)
  })
})

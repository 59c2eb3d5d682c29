/**
 * The process dies at each commit of a stop, in two ways: the commit was not written, or it was written and not
 * acknowledged. After the restart the stop is carried out, and the result must be the same as without the crash.
 */
import { expect } from 'chai'
import { Installations } from '../../../../node/issuer/installations/installations.ts'
import { Suspensions } from '../../../../node/issuer/suspensions.ts'
import { Allowance } from '../../../../node/issuer/wallet-stops/allowance.ts'
import { ProviderCards } from '../../../../node/issuer/wallet-stops/provider-cards.ts'
import { StopRunner } from '../../../../node/issuer/wallet-stops/stop-runner.ts'
import { byOfStop } from '../../../../node/issuer/wallet-stops/wallet-stop.ts'
import type { Fault } from '../../../support/fake-ledger.ts'
import { type Core, random, World } from '../../../support/world.ts'

const OURS = 1
const CARDS = 5
/** More commits than one stop needs. */
const ENOUGH = 60

describe('a process that dies while it suspends the cards of a stopped wallet provider', function () {
  this.timeout(240_000)
  let world: World
  let core: Core
  let ours: string[]
  let other: string

  before(async () => {
    world = await World.make(CARDS + 1)
    core = await world.open()
    const ids = await Promise.all(
      world.people.map(async (person, i) => {
        const walletProvider = String(i < CARDS ? OURS : OURS + 1)
        return (await core.pipeline.issue(core.order(person, { walletProvider }))).credentialId
      }),
    )
    ours = ids.slice(0, CARDS)
    other = ids[CARDS] as string
  })
  after(() => world.dispose())

  /** With portions of two cards, so that there are several. */
  function runner(): StopRunner {
    const {
      store,
      walletStops: stops,
      credentials,
      revocations: limit,
      journal,
      issuingLane,
      statusLane,
      mirror,
    } = core
    const suspensions = new Suspensions(store)
    const cards = new ProviderCards(store, new Installations(store, random))
    const allowance = new Allowance({ ledger: world.ledger, addresses: world.addresses }, limit)
    return new StopRunner({
      ...{ store, stops, cards, credentials, suspensions, allowance, limit, journal, issuingLane },
      ...{ lane: statusLane, ledgerTime: () => mirror.asOf?.time ?? 0, warn: () => undefined, portion: 2 },
    })
  }
  const decide = (ops: () => Parameters<Core['store']['commit']>[0]) =>
    core.walletStops.locked(OURS, async () => {
      await core.store.commit(ops())
    })
  const statuses = () => ours.map(id => core.status(id))

  async function dieAndRecover(commit: number, fault: Fault): Promise<'died' | 'lived'> {
    const order = { provider: OURS, existing: 'at-once', cards: CARDS, reason: 'broken', by: 'operator:x' } as const
    await decide(() => core.walletStops.order(order))
    core.store.dieAt(commit, fault)
    await runner()
      .sweep()
      .catch(() => undefined)
    const died = core.store.dead
    core = await world.open()
    await core.recovered
    await runner().sweep()
    expect(statuses()).to.deep.equal(Array(CARDS).fill('SUSPENDED'))
    expect(core.status(other)).to.equal('VALID')
    const stop = core.walletStops.get(String(OURS))
    expect(stop?.state).to.equal('revoking')
    expect(stop?.walk?.total).to.equal(CARDS)
    if (!stop) throw new Error('there is no stop')
    for (const id of ours) expect(core.credentials.suspendedBy(id)).to.equal(byOfStop(stop))
    await decide(() => core.walletStops.lift({ provider: OURS, reinstate: true, by: 'operator:y' }))
    await runner().sweep()
    expect(statuses()).to.deep.equal(Array(CARDS).fill('VALID'))
    await core.reconciler.catchUp()
    expect(core.reconciler.stopped).to.equal(undefined)
    return died ? 'died' : 'lived'
  }

  for (const fault of ['refused', 'stored-then-lost'] as const) {
    it(`${fault}: suspends each of them once, and nobody else's`, async () => {
      let commits = 0
      while ((await dieAndRecover(commits, fault)) === 'died') {
        commits++
        expect(commits).to.be.lessThan(ENOUGH)
      }
      console.log(`      died at each of ${commits} commits`)
      expect(commits).to.be.at.least(5)
    })
  }
})

/** Stops of wallet providers, on a real ledger and a real disk. */
import { expect } from 'chai'
import type { ExistingCards } from '../../../../node/issuer/wallet-stops/wallet-stops.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { failureOf } from '../../../support/failure.ts'
import { type Core, World } from '../../../support/world.ts'

const OURS = 1
const OTHER = 2

describe('the stop of a wallet provider', function () {
  this.timeout(120_000)
  let world: World
  let core: Core
  let next = 0

  beforeEach(async () => {
    next = 0
    world = await World.make(20)
    core = await world.open()
  })
  afterEach(() => world.dispose())

  const person = () => world.people[next++] as Uint8Array
  const issue = async (provider: number | null, to = person()) => {
    const walletProvider = provider === null ? null : String(provider)
    const order = core.order(to, { walletProvider })
    return { order, id: (await core.pipeline.issue(order)).credentialId, to }
  }
  const order = async (existing: ExistingCards, provider = OURS) =>
    core.walletStops.locked(provider, async () => {
      const cards = await core.providerList.countCards(provider)
      await core.store.commit(
        core.walletStops.order({ provider, existing, cards, reason: 'a broken wallet', by: 'operator:x' }),
      )
    })
  const lift = (reinstate: boolean, provider = OURS) =>
    core.walletStops.locked(provider, async () => {
      await core.store.commit(core.walletStops.lift({ provider, reinstate, by: 'operator:y' }))
    })
  /** The ledger's time is that of its newest block. */
  const pass = async (seconds: number) => {
    await world.ledger.pass(seconds)
    await issue(null)
  }
  const sweep = async () => {
    await core.stopRunner.sweep()
    await core.mirror.catchUp()
  }
  const stateOf = (provider = OURS) => core.walletStops.get(String(provider))?.state
  const progress = async () => (await core.providerList.all()).find(({ id }) => id === OURS)?.stop
  const events = async () =>
    (await core.entries()).filter(({ event }) => event.startsWith('wallet-stop.')).map(({ event }) => event)

  it('without a date keeps its cards, and ends issuing in the commit of the decision', async () => {
    const { id } = await issue(OURS)
    expect(core.walletStops.endsIssuing(OURS)).to.equal(false)
    await order('keep')
    expect(core.walletStops.endsIssuing(OURS)).to.equal(true)
    expect(core.walletStops.endsIssuing(OTHER)).to.equal(false)
    await pass(10 * DAY)
    await sweep()
    expect(core.status(id)).to.equal('VALID')
    core = await world.open()
    expect(core.walletStops.endsIssuing(OURS), 'after a restart').to.equal(true)
    await lift(false)
    expect(core.walletStops.endsIssuing(OURS)).to.equal(false)
    expect(stateOf()).to.equal('lifted')
  })

  it('suspends at the date all its cards and no other, and revokes them after a day', async () => {
    const ours = [await issue(OURS), await issue(OURS), await issue(OURS)]
    const others = [await issue(OTHER), await issue(null)]
    const date = world.clock() + DAY
    await order(date)
    await sweep()
    expect(ours.map(({ id }) => core.status(id))).to.deep.equal(['VALID', 'VALID', 'VALID'])
    expect(await progress()).to.include({ state: 'waiting', suspendAt: date, cards: 3, notYet: 3, suspended: 0 })

    await pass(DAY)
    await sweep()
    expect(ours.map(({ id }) => core.status(id))).to.deep.equal(['SUSPENDED', 'SUSPENDED', 'SUSPENDED'])
    const held = await progress()
    expect(held).to.include({ state: 'revoking', cards: 3, notYet: 0, suspended: 3, revoked: 0 })
    expect(held?.expectedEnd).to.equal(held?.revokeFrom)

    await pass(DAY)
    await sweep()
    expect(ours.map(({ id }) => core.status(id))).to.deep.equal(['INVALID', 'INVALID', 'INVALID'])
    expect(others.map(({ id }) => core.status(id))).to.deep.equal(['VALID', 'VALID'])
    expect(await progress()).to.include({ state: 'done', cards: 3, suspended: 0, revoked: 3, expectedEnd: null })
    expect(await events()).to.deep.equal([
      ...['wallet-stop.ordered', 'wallet-stop.began', 'wallet-stop.suspended', 'wallet-stop.revoked'],
    ])
    await core.reconciler.catchUp()
    expect(core.reconciler.stopped).to.equal(undefined)
  })

  it('does not touch a card that moved to another wallet, nor the card that it became', async () => {
    const old = await issue(OURS)
    const moved = await issue(OTHER, old.to)
    await core.store.commit(core.pipeline.notified(moved.order.application, 'credential_accepted'))
    await core.pipeline.sweep()
    expect(core.status(old.id)).to.equal('INVALID')
    await order('at-once')
    await sweep()
    expect([core.status(old.id), core.status(moved.id)]).to.deep.equal(['INVALID', 'VALID'])
    expect(await progress()).to.include({ cards: 0, suspended: 0 })
  })

  it('keeps suspended what a replacement suspended, if the new card is not kept', async () => {
    const old = await issue(OURS)
    const moving = await issue(OTHER, old.to)
    expect(core.credentials.suspendedBy(old.id)).to.equal('replacement')
    await order('at-once')
    await sweep()
    await core.store.commit(core.pipeline.notified(moving.order.application, 'credential_failure'))
    await core.pipeline.sweep()
    expect([core.status(old.id), core.status(moving.id)]).to.deep.equal(['SUSPENDED', 'INVALID'])
  })

  it('lifted before the date: the cards stay valid', async () => {
    const { id } = await issue(OURS)
    await order(world.clock() + DAY)
    await lift(true)
    await pass(2 * DAY)
    await sweep()
    expect(core.status(id)).to.equal('VALID')
    expect(stateOf()).to.equal('lifted')
  })

  it('lifted after the date: reinstates the cards that it suspended, if the two people say so, and no other', async () => {
    const [ours, lost, lostLater, moved] = [await issue(OURS), await issue(OURS), await issue(OURS), await issue(OURS)]
    await core.credentials.change(lost.id, 'SUSPENDED', 'lost', 'operator:z')
    await order('at-once')
    await sweep()
    expect((await failureOf(core.credentials.change(lostLater.id, 'SUSPENDED', 'lost', 'operator:z'))).code).to.equal(
      'ISSUER_STATUS_UNCHANGED',
    )
    const fresh = await issue(OTHER, moved.to)
    for (const { id } of [ours, lost]) {
      const refused = await failureOf(core.credentials.change(id, 'VALID', 'found', 'operator:z'))
      expect(refused.code).to.equal('ISSUER_WALLET_STOPPED')
    }
    await lift(true)
    await sweep()
    expect([ours, lost, lostLater, moved, fresh].map(({ id }) => core.status(id))).to.deep.equal([
      ...['VALID', 'SUSPENDED', 'SUSPENDED', 'SUSPENDED', 'VALID'],
    ])
    expect(stateOf()).to.equal('lifted')
    await core.credentials.change(lost.id, 'VALID', 'found', 'operator:z')
  })

  it('lifted after the date without that: the cards stay suspended, and people can reinstate them', async () => {
    const { id } = await issue(OURS)
    await order('at-once')
    await sweep()
    await lift(false)
    await pass(2 * DAY)
    await sweep()
    expect(core.status(id)).to.equal('SUSPENDED')
    await core.credentials.change(id, 'VALID', 'a decision', 'operator:z')
    expect(core.status(id)).to.equal('VALID')
  })

  it('revokes no more than its share of the day, over the days, and leaves the rest to people', async () => {
    await core.store.commit(core.revocations.raise(1_000_000, 'x'))
    // The share of a limit of 5 is 2.
    Object.defineProperty(core.revocations, 'perDay', { get: () => 5 })
    const ours = await Promise.all([1, 2, 3, 4, 5].map(() => issue(OURS)))
    const count = (status: string) => ours.filter(({ id }) => core.status(id) === status).length
    await order('at-once')
    await sweep()
    await pass(DAY)
    const found: number[] = []
    for (let day = 0; day < 4; day++) {
      await sweep()
      await sweep()
      found.push(count('INVALID'))
      if (day === 0) {
        const { state, revoked, suspended, expectedEnd } = (await progress()) ?? {}
        expect({ state, revoked, suspended }).to.deep.equal({ state: 'revoking', revoked: 2, suspended: 3 })
        expect(expectedEnd).to.be.within(world.clock() + DAY - 60, world.clock() + DAY + 60)
      }
      await pass(DAY)
    }
    expect(found).to.deep.equal([2, 4, 5, 5])
    expect(stateOf()).to.equal('done')
  })

  it('begins by the time of the ledger: a clock that is set back changes nothing', async () => {
    const { id } = await issue(OURS)
    const date = world.clock() + DAY
    await order(date)
    // The ledger is two days ahead of the clock of this node, as if that had been set back by two days.
    await world.ledger.inner.setClockOffset(world.ledger.offset + 2 * DAY)
    world.ledger.hurried = false
    await issue(null)
    expect(world.clock()).to.be.lessThan(date)
    await sweep()
    expect(core.status(id)).to.equal('SUSPENDED')
    await lift(false)
    expect((await failureOf(order(date))).code).to.equal('ISSUER_WALLET_STOP_STATE')
  })

  it('cannot be ordered twice after its date, and not lifted when there is none', async () => {
    await issue(OURS)
    expect((await failureOf(lift(false))).code).to.equal('ISSUER_WALLET_STOP_STATE')
    expect((await failureOf(order(world.clock() - 1))).code).to.equal('ISSUER_WALLET_STOP_STATE')
    await order(world.clock() + DAY)
    await order('keep')
    expect(core.walletStops.get('1')?.suspendAt, 'the date can be changed').to.equal(null)
    await order('at-once')
    expect((await failureOf(order('keep'))).code).to.equal('ISSUER_WALLET_STOP_STATE')
  })
})

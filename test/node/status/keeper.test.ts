import { expect } from 'chai'
import { encodeOpenList, GasLimit } from '../../../node/registries/calls.ts'
import { readListCount } from '../../../node/registries/reads.ts'
import { StatusAllocator } from '../../../node/status/allocator.ts'
import { DAILY_LIMIT, LIST_CAPACITY, StatusListKeeper } from '../../../node/status/keeper.ts'
import { checkCard } from '../../support/card.ts'
import { type Core, World } from '../../support/world.ts'

describe('the keeper of status lists', function () {
  this.timeout(60_000)
  let world: World
  let core: Core

  before(async () => {
    world = await World.make(40)
    core = await world.open()
  })
  after(() => world.dispose())

  const count = () => readListCount({ ledger: world.ledger, addresses: world.addresses }, 1)
  /** Reduces the number of remaining indexes: a test that really used 131,072 would take too long. */
  const reduceRemaining = (fewer: number) => {
    const real = Object.getOwnPropertyDescriptor(StatusAllocator.prototype, 'remaining')?.get
    Object.defineProperty(core.allocator, 'remaining', {
      configurable: true,
      get: () => real?.call(core.allocator) - fewer,
    })
  }

  it('opens no list while enough indexes are left', async () => {
    await core.keeper.sweep()
    expect(await count()).to.equal(1)
  })

  it('opens the next list before the last one is full; the new list is served and cards get indexes in it', async () => {
    reduceRemaining(120_000)
    await core.keeper.sweep()
    expect(await count()).to.equal(2)
    expect(core.allocator.remaining).to.equal(2 * 131_072 - 120_000)
    await core.keeper.sweep()
    expect(await count()).to.equal(2)
    const second = (1n << 32n) | 2n
    expect(core.lists.token(second).token).to.be.a('string')
    const named = new Set<bigint>()
    for (let i = 0; i < 40 && !named.has(second); i++) {
      const issued = await core.pipeline.issue(core.order(world.people[i] as Uint8Array))
      named.add((await checkCard(issued, world)).list)
    }
    expect(named.has(second)).to.equal(true)
  })

  it('takes up after a restart a list that was opened and not known yet', async () => {
    reduceRemaining(2 * 125_000)
    // It dies after the ledger opened the list.
    const { allocator } = core
    allocator.addList = () => Promise.reject(new Error('died'))
    await core.keeper.sweep().catch(() => undefined)
    expect(await count()).to.equal(3)
    core = await world.open()
    await core.recovered
    expect(core.allocator.lists).to.have.length(3)
    reduceRemaining(3 * 128_000)
    await core.keeper.sweep()
    expect(await count(), 'one more, not another for the same').to.equal(4)
  })

  it('sends no transaction if the contract would refuse it', async () => {
    reduceRemaining(4 * 130_000)
    const nonces = () => world.ledger.request('eth_getTransactionCount', [core.issuingLane.account, 'latest'])
    const before = await nonces()
    const stranger = Object.create(core.issuingLane, { account: { value: `0x${'12'.repeat(20)}` } })
    const options = { registries: { ledger: world.ledger, addresses: world.addresses }, org: 1, lane: stranger }
    const { allocator, mirror } = core
    const keeper = new StatusListKeeper({ ...options, allocator, mirror, warn: () => undefined })
    const failure = await keeper.sweep().then(
      () => undefined,
      error => error,
    )
    expect(failure?.code).to.equal('LEDGER_RPC')
    expect(await nonces()).to.equal(before)
    expect(await count()).to.equal(4)
  })

  it('puts no card into a list that an attacker with a STATUS account opened with another capacity or a higher limit', async () => {
    const was = core.allocator.lists.length
    const to = world.addresses.statusRegistry
    const rogue: bigint[] = []
    for (const [capacity, limit] of [
      [2 ** 20, 2 ** 32 - 1],
      [LIST_CAPACITY, DAILY_LIMIT + 1],
      [128, 1],
    ] as const) {
      const cause = { kind: 'list' } as const
      const data = encodeOpenList(capacity, limit)
      await core.statusLane.submit({ to, data, gasLimit: GasLimit.openList, cause, ops: [] }).outcome
      rogue.push((1n << 32n) | BigInt(await count()))
    }
    reduceRemaining(4 * 130_000)
    for (const _ of [1, 2]) await core.keeper.sweep()
    const fitting = (1n << 32n) | BigInt(await count())
    expect(core.allocator.lists)
      .to.have.length(was + 1)
      .and.to.include(fitting)
    for (const list of rogue) expect(core.allocator.lists).to.not.include(list)
    const warned = () => world.warnings.filter(({ message }) => message.startsWith('no card gets an index in'))
    expect(warned().map(({ facts }) => facts.list)).to.deep.equal(rogue.map(String))
    // Nor after a restart, which mirrors none of them.
    core = await world.open()
    for (const list of rogue) expect(core.mirror.get(list)).to.equal(undefined)
    await core.recovered
    for (const list of rogue) expect(core.allocator.lists).to.not.include(list)
    expect(warned()).to.have.length(2 * rogue.length)
  })

  it('adds no more lists than it needs, however many an attacker opened that are like its own', async () => {
    const to = world.addresses.statusRegistry
    for (let i = 0; i < 8; i++) {
      const cause = { kind: 'list' } as const
      const data = encodeOpenList(LIST_CAPACITY, DAILY_LIMIT)
      await core.statusLane.submit({ to, data, gasLimit: GasLimit.openList, cause, ops: [] }).outcome
    }
    const was = core.allocator.lists
    core = await world.open()
    await core.recovered
    expect(core.allocator.lists).to.deep.equal(was)
    const last = (1n << 32n) | BigInt(await count())
    expect(core.mirror.get(last)).to.equal(undefined)
    expect(core.mirror.get(was[0] as bigint)).to.not.equal(undefined)
  })
})

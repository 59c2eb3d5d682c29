import { expect } from 'chai'
import { Journal } from '../../../node/issuer/journal.ts'
import { RevocationLimit } from '../../../node/issuer/revocation-limit.ts'
import { DAY } from '../../../node/lib/time.ts'
import { failureOf } from '../../support/failure.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { type Core, World } from '../../support/world.ts'

describe("the day's limit of revocations", () => {
  let store: MemoryStore
  let now: number
  let alarms: unknown[]

  beforeEach(() => {
    store = new MemoryStore()
    now = 20_000 * DAY + 5
    alarms = []
  })

  const open = (perDay: number) =>
    RevocationLimit.open({
      ...{ store, perDay, journal: new Journal(store), clock: () => now },
      alarm: facts => void alarms.push(facts),
    })
  const events = async () => {
    const found = []
    for await (const [, entry] of new Journal(store).entries())
      if (entry.event !== 'journal.day-opened') found.push(entry)
    return found
  }

  it('refuses what is above it, and opens again on the next day', async () => {
    const limit = await open(4)
    for (let i = 0; i < 4; i++) await store.commit(limit.spend())
    expect(() => limit.spend())
      .to.throw('--revocations-per-day')
      .with.property('detail')
      .that.deep.equals({
        ...{ code: 'ISSUER_REVOCATION_LIMIT', perDay: 4 },
      })
    now += DAY
    expect(limit.count).to.equal(0)
    await store.commit(limit.spend())
    expect(limit.count).to.equal(1)
  })

  it('raises one alarm at half of it, which the journal has', async () => {
    const limit = await open(5)
    for (let i = 0; i < 5; i++) await store.commit(limit.spend())
    expect(alarms).to.deep.equal([{ count: 3, perDay: 5 }])
    expect((await events()).map(({ event, count }) => [event, count])).to.deep.equal([['revocations.half-spent', 3]])
  })

  it('counts on after a restart, and records that it was changed', async () => {
    await store.commit((await open(2)).spend())
    const same = await open(2)
    expect(same.count).to.equal(1)
    const raised = await open(3)
    expect(raised.count).to.equal(1)
    await store.commit(raised.spend())
    await store.commit(raised.spend())
    expect(() => raised.spend()).to.throw('limit')
    const changes = (await events()).filter(({ event }) => event === 'revocations.limit-set')
    expect(changes).to.deep.equal([{ at: now, event: 'revocations.limit-set', was: 2, perDay: 3 }])
  })
})

describe('the revocations of an authority', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  before(async () => {
    world = await World.make(4)
    Object.assign(world.config, { revocationsPerDay: 1 })
    core = await world.open()
  })
  after(() => world.dispose())

  it('are limited for operators; suspensions and replacements are not counted', async () => {
    const [a, b, c] = world.people as [Uint8Array, Uint8Array, Uint8Array]
    const [one, two] = (await Promise.all([a, b].map(person => core.pipeline.issue(core.order(person))))) as [
      Awaited<ReturnType<typeof core.pipeline.issue>>,
      Awaited<ReturnType<typeof core.pipeline.issue>>,
    ]
    await core.credentials.change(one.credentialId, 'SUSPENDED', 'x', 'operator')
    await core.credentials.change(one.credentialId, 'INVALID', 'x', 'operator')
    expect(core.revocations.count).to.equal(1)
    const refused = await failureOf(core.credentials.change(two.credentialId, 'INVALID', 'x', 'operator'))
    expect(refused.code).to.equal('ISSUER_REVOCATION_LIMIT')
    expect(core.status(two.credentialId)).to.equal('VALID')
    await core.credentials.change(two.credentialId, 'SUSPENDED', 'x', 'operator')
    const old = await core.pipeline.issue(core.order(c))
    const order = core.order(c)
    await core.pipeline.issue(order)
    await core.store.commit(core.pipeline.notified(order.application, 'credential_accepted'))
    await core.pipeline.sweep()
    expect(core.status(old.credentialId)).to.equal('INVALID')
  })
})

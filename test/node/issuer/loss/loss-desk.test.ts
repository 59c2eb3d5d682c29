import { expect } from 'chai'
import type { LossChannel } from '../../../../node/issuer/loss/channels.ts'
import { REPLACEMENT } from '../../../../node/issuer/suspensions.ts'
import { fromHex } from '../../../../node/lib/bytes.ts'
import { failureOf } from '../../../support/failure.ts'
import { type Core, World } from '../../../support/world.ts'

describe('a lock', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  let next = 0

  before(async () => {
    world = await World.make(24)
    core = await world.open()
  })
  afterEach(() => {
    world.ledger.cut = false
  })
  after(() => world.dispose())

  const issue = async () => (await core.pipeline.issue(core.order(world.people[next++] as Uint8Array))).credentialId
  const loss = (id: string, channel: LossChannel = 'counter') => ({
    ...{ channel, by: `${channel}:x`, reason: 'lost', credentials: [id] },
    person: fromHex(core.credentials.get(id).person),
  })
  const unlock = (id: string, channel: LossChannel = 'counter') =>
    core.lossDesk.unlock(id, { channel, by: `${channel}:y`, reason: 'found', identity: 'passport, face-compared' })

  it('of a card that a replacement suspended stays when the replacement fails', async () => {
    const id = await issue()
    await core.credentials.change(id, 'SUSPENDED', 'a new card', REPLACEMENT)
    await core.lossDesk.lock(loss(id))
    expect(core.credentials.suspendedBy(id)).to.equal('counter:x')
    const { list, idx } = core.credentials.get(id)
    expect(core.held.heldSince({ list: BigInt(list), idx })).to.equal(undefined)
  })

  it('that comes in while the card is being unlocked wins', async () => {
    const id = await issue()
    await core.lossDesk.lock(loss(id))
    const unlocking = unlock(id)
    const locking = core.lossDesk.lock(loss(id, 'telecom'))
    await Promise.all([unlocking, locking])
    expect(core.status(id)).to.equal('SUSPENDED')
    expect(core.lossDesk.lockOf(id)?.channels).to.include('telecom')
  })

  it('is not closed before the ledger has it', async () => {
    const id = await issue()
    world.ledger.cut = true
    const { changes } = await core.lossDesk.lock(loss(id))
    expect(changes).to.equal(null)
    expect((await failureOf(unlock(id))).code).to.equal('LOSS_NOT_ON_LEDGER')
    world.ledger.cut = false
    await core.lossDesk.sweep()
    expect((await unlock(id)).status).to.equal('VALID')
    const entries = await core.entries()
    expect(entries.findLast(({ event }) => event === 'loss.closed')).to.include({
      ...{ credential: id, channel: 'counter', identity: 'passport, face-compared' },
    })
  })

  it('of a revoked card is done at once, and one of an earlier version is the counter’s', async () => {
    const id = await issue()
    await core.credentials.change(id, 'INVALID', 'lost', 'operator:x')
    expect((await core.lossDesk.lock(loss(id))).changes).to.deep.equal([])
    const old = await issue()
    await core.credentials.change(old, 'SUSPENDED', 'lost', 'operator:x')
    expect((await failureOf(unlock(old, 'call-centre'))).code).to.equal('LOSS_UNLOCK_REFUSED')
    expect((await unlock(old)).status).to.equal('VALID')
  })

  it('of one channel is not ended by another', async () => {
    const id = await issue()
    await core.lossDesk.lock(loss(id, 'telecom'))
    for (const channel of ['holder', 'call-centre'] as const) {
      expect((await failureOf(unlock(id, channel))).code).to.equal('LOSS_UNLOCK_REFUSED')
    }
    expect(core.status(id)).to.equal('SUSPENDED')
    expect((await unlock(id, 'telecom')).status).to.equal('VALID')
  })

  it('keeps its reason until the ledger has the salted hash', async () => {
    const id = await issue()
    const { report } = await core.lossDesk.lock(loss(id))
    expect(core.lossDesk.get(report.id)?.sealedReason).to.equal(null)
    expect(core.lossDesk.get('A'.repeat(22))).to.equal(undefined)
  })

  it('is never lost by a process that dies at any of its commits: what was acknowledged is published and reaches the ledger', async () => {
    for (const fault of ['refused', 'stored-then-lost'] as const) {
      for (let commit = 0; commit < 4; commit++) {
        const id = await issue()
        core.store.dieAt(commit, fault)
        const taken = await core.lossDesk.lock(loss(id)).then(
          () => true,
          () => false,
        )
        core = await world.open()
        await core.recovered.catch(() => undefined)
        const { list, idx } = core.credentials.get(id)
        const published = () =>
          core.status(id) === 'SUSPENDED' || core.held.heldSince({ list: BigInt(list), idx }) !== undefined
        const at = `${fault} at commit ${commit}`
        if (taken) expect(published(), at).to.equal(true)
        const wasPublished = published()
        await core.lossDesk.sweep()
        expect(core.status(id), at).to.equal(wasPublished ? 'SUSPENDED' : 'VALID')
        expect(core.held.heldSince({ list: BigInt(list), idx }), at).to.equal(undefined)
      }
    }
  })
})

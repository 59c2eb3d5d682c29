import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { statusAt } from '../../../node/credential/status-list.ts'
import { parseStatusListToken } from '../../../node/credential/status-token.ts'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { encodeStatusOps } from '../../../node/proof/registries/status-ops.ts'
import { encodeSet, GasLimit } from '../../../node/registries/calls.ts'
import { HeldSuspensions } from '../../../node/status/held.ts'
import { StatusLists } from '../../../node/status/lists.ts'
import { StatusMirror } from '../../../node/status/mirror.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { FaultyStore } from '../../support/faulty-store.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { type Core, random, World } from '../../support/world.ts'

const CAPACITY = 131_072
const { VALID, INVALID, SUSPENDED } = CredentialStatus

describe('a held suspension', function () {
  this.timeout(60_000)
  const list = (1n << 32n) | 1n
  const cause = 'loss-report:one'
  let world: World
  let core: Core
  let store: FaultyStore
  let open: StatusMirror[]
  let nextIdx = 5

  before(async () => {
    world = await World.make(0)
    core = await world.open()
  })
  beforeEach(() => {
    store = new FaultyStore(new MemoryStore())
    open = []
  })
  afterEach(async () => {
    world.ledger.cut = false
    for (const mirror of open) await mirror.close()
  })
  after(() => world.dispose())

  /** As after a start with what is on disk. */
  async function start() {
    const held = await HeldSuspensions.open(store)
    const mirror = new StatusMirror(store, world.ledger, world.addresses.statusRegistry, () => undefined, held)
    open.push(mirror)
    await mirror.open([{ id: list, capacity: CAPACITY }])
    const lists = new StatusLists('http://localhost:4100', mirror, held, world.custody.credential, world.clock)
    const published = (idx: number) => {
      const { iat, bits, compressed } = parseStatusListToken(lists.token(list).token)
      return { iat, status: statusAt(inflateSync(compressed), bits, idx) }
    }
    return { held, mirror, published }
  }

  async function set(idx: number, from: CredentialStatus, to: CredentialStatus): Promise<number> {
    const data = encodeSet(list, encodeStatusOps([{ idx, from, to }]), toHex(random(32)))
    const request = { to: world.addresses.statusRegistry as Hex, data, gasLimit: GasLimit.set(1), ops: [] }
    const { block, revert } = await core.statusLane.submit({ ...request, cause: { kind: 'list' } }).outcome
    expect(revert).to.equal(undefined)
    return block
  }

  const stored = async () => {
    let count = 0
    const [from, to] = [Bucket.heldSuspension, Bucket.heldSuspension + 1].map(bucket => new Uint8Array([bucket]))
    for await (const _ of store.range(from as Uint8Array, to as Uint8Array)) count++
    return count
  }

  it('is in the list at once while the ledger is out of reach, with a later `iat`, and after a restart', async () => {
    const idx = nextIdx++
    const { held, published } = await start()
    const before = published(idx)
    world.ledger.cut = true
    await world.ledger.pass(100)
    const at = world.clock()
    await store.commit([held.hold({ list, idx }, cause, at)])
    const after = published(idx)
    expect([before.status, after.status]).to.deep.equal([VALID, SUSPENDED])
    expect(after.iat).to.be.at.least(at)
    expect(after.iat).to.be.greaterThan(before.iat)
    expect(published(idx + 1).status).to.equal(VALID)
    const again = await start()
    expect(again.published(idx).status).to.equal(SUSPENDED)
    expect(again.published(idx).iat).to.be.at.least(at)
  })

  it('ends in the commit of the ledger’s word, and no list in between says VALID', async () => {
    const idx = nextIdx++
    const { held, mirror, published } = await start()
    await store.commit([held.hold({ list, idx }, cause, world.clock())])
    world.ledger.cut = false
    const block = await set(idx, VALID, SUSPENDED)
    expect(published(idx).status).to.equal(SUSPENDED)
    await mirror.reach(block)
    expect(published(idx).status).to.equal(SUSPENDED)
    expect(await stored()).to.equal(0)
    expect(held.heldSince({ list, idx })).to.equal(undefined)
    // Reinstated: nothing holds it any more.
    await mirror.reach(await set(idx, SUSPENDED, VALID))
    expect(published(idx).status).to.equal(VALID)
    expect((await start()).published(idx).status).to.equal(VALID)
  })

  it('never hides a revocation, and ends with one', async () => {
    const idx = nextIdx++
    const { held, mirror, published } = await start()
    await store.commit([held.hold({ list, idx }, cause, world.clock())])
    await mirror.reach(await set(idx, VALID, INVALID))
    expect(published(idx).status).to.equal(INVALID)
    expect(await stored()).to.equal(0)
  })

  it('stays if a suspension of before ends: that was for another cause', async () => {
    const idx = nextIdx++
    const { held, mirror, published } = await start()
    await mirror.reach(await set(idx, VALID, SUSPENDED))
    await store.commit([held.hold({ list, idx }, cause, world.clock())])
    await mirror.reach(await set(idx, SUSPENDED, VALID))
    expect(mirror.statusAt(list, idx)).to.equal(VALID)
    expect(published(idx).status).to.equal(SUSPENDED)
  })

  it('ends when the cause that holds it releases it, and no other cause', async () => {
    const idx = nextIdx++
    const { held, published } = await start()
    const index = { list, idx }
    await store.commit([held.hold(index, cause, world.clock()), held.hold(index, 'replacement:two', world.clock())])
    await store.commit(held.release(index, cause))
    expect(published(idx).status).to.equal(SUSPENDED)
    expect(held.release(index, cause)).to.deep.equal([])
    await store.commit(held.release(index, 'replacement:two'))
    expect(published(idx).status).to.equal(VALID)
    expect((await start()).published(idx).status).to.equal(VALID)
  })

  it('is ended by what happened on the ledger while the node was down', async () => {
    const idx = nextIdx++
    const first = await start()
    await store.commit([first.held.hold({ list, idx }, cause, world.clock())])
    await first.mirror.close()
    await set(idx, VALID, SUSPENDED)
    await set(idx, SUSPENDED, VALID)
    const again = await start()
    expect(again.published(idx).status).to.equal(VALID)
    expect(await stored()).to.equal(0)
  })
})

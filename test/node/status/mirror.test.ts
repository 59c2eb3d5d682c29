import { inflateSync } from 'node:zlib'
import { getListFromStatusListJWT, StatusList } from '@sd-jwt/jwt-status-list'
import { expect } from 'chai'
import { statusAt } from '../../../node/credential/status-list.ts'
import { parseStatusListToken, verifyStatusListToken } from '../../../node/credential/status-token.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { encodeStatusOps, type StatusOp } from '../../../node/proof/registries/status-ops.ts'
import { encodeOpenList, encodeSet, GasLimit } from '../../../node/registries/calls.ts'
import { readStatusWords } from '../../../node/registries/reads.ts'
import { HeldSuspensions } from '../../../node/status/held.ts'
import { StatusLists } from '../../../node/status/lists.ts'
import { StatusMirror } from '../../../node/status/mirror.ts'
import { failureOf } from '../../support/failure.ts'
import { FaultyStore } from '../../support/faulty-store.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { until } from '../../support/until.ts'
import { type Core, random, World } from '../../support/world.ts'

const CAPACITY = 131_072

describe('the mirror of the status words', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  let store: MemoryStore
  const mirrors: StatusMirror[] = []
  const list = (1n << 32n) | 1n
  const warnings: string[] = []

  before(async () => {
    world = await World.make(0)
    core = await world.open()
  })
  beforeEach(() => {
    store = new MemoryStore()
    warnings.length = 0
  })
  afterEach(async () => {
    world.ledger.cut = false
    for (const mirror of mirrors.splice(0)) await mirror.close()
  })
  after(() => world.dispose())

  const openMirror = async (
    on = store as ConstructorParameters<typeof StatusMirror>[0],
    lists = [list],
    ledger: Ledger = world.ledger,
  ) => {
    const warn = (_: unknown, message: string) => void warnings.push(message)
    const mirror = new StatusMirror(on, ledger, world.addresses.statusRegistry, warn)
    mirrors.push(mirror)
    await mirror.open(lists.map(id => ({ id, capacity: CAPACITY })))
    return mirror
  }

  const listsOf = async (mirror: StatusMirror) =>
    new StatusLists(
      'http://localhost:4100',
      mirror,
      await HeldSuspensions.open(store),
      world.custody.credential,
      world.clock,
    )

  /** The words on the ledger at present. */
  const words = (id = list) => readStatusWords({ ledger: world.ledger.inner, addresses: world.addresses }, id, 0, 1024)

  async function set(ops: StatusOp[], id = list): Promise<number> {
    const data = encodeSet(id, encodeStatusOps(ops), toHex(random(32)))
    const { statusLane } = core
    const to = world.addresses.statusRegistry
    const request = { to, data, gasLimit: GasLimit.set(ops.length), cause: { kind: 'list' }, ops: [] } as const
    const { block, revert } = await statusLane.submit(request).outcome
    expect(revert).to.equal(undefined)
    return block
  }
  let nextIdx = 0
  const suspend = (...indexes: number[]) =>
    indexes.map(idx => ({ idx, from: CredentialStatus.VALID, to: CredentialStatus.SUSPENDED }))
  /** Indexes that no test used before, spread over words and bytes. */
  const fresh = (count: number) => Array.from({ length: count }, () => (nextIdx++ * 37) % CAPACITY)

  it('has the same bytes as the ledger after each change', async () => {
    const mirror = await openMirror()
    for (let round = 0; round < 5; round++) {
      const indexes = fresh(40).sort((a, b) => a - b)
      const block = await set(suspend(...indexes))
      await mirror.reach(block)
      for (const idx of indexes) expect(mirror.statusAt(list, idx)).to.equal(CredentialStatus.SUSPENDED)
      expect(toHex(mirror.get(list)?.bytes as Uint8Array)).to.equal(toHex(await words()))
      expect(mirror.asOf?.block).to.be.at.least(block)
    }
    expect(warnings).to.deep.equal([])
  })

  it('updates itself with each new head', async () => {
    const mirror = await openMirror()
    const [idx = 0] = fresh(1)
    await set(suspend(idx))
    await until('the status arrives', () => mirror.statusAt(list, idx) === CredentialStatus.SUSPENDED)
  })

  it('has the same words and the same age after a restart while the ledger is unreachable', async () => {
    const mirror = await openMirror()
    const [idx = 0] = fresh(1)
    await mirror.reach(await set(suspend(idx)))
    const { asOf } = mirror
    const bytes = mirror.get(list)?.bytes.slice()
    await mirror.close()
    world.ledger.cut = true
    const again = await openMirror()
    expect(again.asOf).to.deep.equal(asOf)
    expect(again.get(list)?.bytes).to.deep.equal(bytes)
    expect((await failureOf(again.catchUp())).code).to.equal('LEDGER_UNREACHABLE')
  })

  it('applies the events of the blocks that it missed', async () => {
    const [one = 0, two = 0] = fresh(2)
    const mirror = await openMirror()
    await mirror.reach(await set(suspend(one)))
    await mirror.close()
    await set([{ idx: one, from: CredentialStatus.SUSPENDED, to: CredentialStatus.VALID }])
    await set(suspend(two))
    const again = await openMirror()
    expect([again.statusAt(list, one), again.statusAt(list, two)]).to.deep.equal([
      CredentialStatus.VALID,
      CredentialStatus.SUSPENDED,
    ])
    expect(toHex(again.get(list)?.bytes as Uint8Array)).to.equal(toHex(await words()))
  })

  it('reads all words again after a long gap, including one that became zero', async () => {
    const [idx = 0] = fresh(1)
    const mirror = await openMirror()
    await mirror.reach(await set(suspend(idx)))
    await mirror.close()
    await set([{ idx, from: CredentialStatus.SUSPENDED, to: CredentialStatus.VALID }])
    // As if the position had been stored two thousand blocks ago.
    const meta = new TextEncoder().encode('\x00status mirror')
    const stored = JSON.parse(new TextDecoder().decode(store.get(meta)))
    await store.commit([{ put: meta, value: new TextEncoder().encode(JSON.stringify({ ...stored, block: -2000 })) }])
    // The authority's own parts use the same ledger, so only the requests of this mirror count.
    const asked: string[] = []
    const again = await openMirror(store, [list], {
      request: (method, params) => {
        asked.push(method)
        return world.ledger.request(method, params)
      },
      onHead: listener => world.ledger.onHead(listener),
      close: async () => {},
    })
    expect(asked.filter(method => ['eth_call', 'eth_getLogs'].includes(method))[0]).to.equal('eth_call')
    expect(again.statusAt(list, idx)).to.equal(CredentialStatus.VALID)
    await again.close()
    world.ledger.cut = true
    expect((await openMirror()).statusAt(list, idx), 'on disk as well').to.equal(CredentialStatus.VALID)
  })

  it('stores a word whose commit failed with the next commit', async () => {
    const inner = store
    const faulty = new FaultyStore(inner)
    const mirror = await openMirror(faulty)
    const [one = 0, , , , two = 0] = fresh(500)
    faulty.dieAt(0, 'refused')
    const block = await set(suspend(one))
    await mirror.reach(block).catch(() => undefined)
    faulty.dead = false
    await mirror.reach(await set(suspend(two + 4096)))
    await mirror.close()
    world.ledger.cut = true
    const again = await openMirror(inner)
    expect(again.asOf?.block).to.be.greaterThan(block)
    expect(again.statusAt(list, one)).to.equal(CredentialStatus.SUSPENDED)
  })

  it('ignores a list that it does not mirror, until that list is added', async () => {
    const data = encodeOpenList(CAPACITY, 100)
    const to = world.addresses.statusRegistry
    const request = { to, data, gasLimit: GasLimit.openList, cause: { kind: 'list' }, ops: [] } as const
    await core.statusLane.submit(request).outcome
    const foreign = list + 1n
    const mirror = await openMirror()
    await mirror.reach(await set(suspend(7), foreign))
    expect(mirror.get(foreign)).to.equal(undefined)
    expect(mirror.statusAt(foreign, 7)).to.equal(undefined)
    expect(mirror.get(list)?.bytes).to.deep.equal(await words())

    // Added later, with the statuses set before; and again after a restart, when only the other list is on disk.
    await mirror.add(foreign, CAPACITY)
    expect(mirror.statusAt(foreign, 7)).to.equal(CredentialStatus.SUSPENDED)
    const late = await openMirror(store, [list, foreign])
    expect(late.statusAt(foreign, 7)).to.equal(CredentialStatus.SUSPENDED)
  })

  it('returns no status, instead of VALID, for a list that it could never read', async () => {
    const mirror = await openMirror()
    await mirror.close()
    world.ledger.cut = true
    const again = await openMirror(store, [list, list + 1n])
    expect(again.statusAt(list, 0)).not.to.equal(undefined)
    expect(again.statusAt(list + 1n, 0)).to.equal(undefined)
    expect(warnings).to.include(
      'the copy of the status words could not be updated; it is tried again at the next block',
    )
  })

  it('starts while the ledger is unreachable, and reads the words at the next head', async () => {
    world.ledger.cut = true
    const mirror = await openMirror()
    const lists = await listsOf(mirror)
    expect(mirror.asOf).to.equal(undefined)
    expect((await failureOf((async () => lists.token(list))())).code).to.equal('LEDGER_UNREACHABLE')
    world.ledger.cut = false
    const [idx = 0] = fresh(1)
    await mirror.reach(await set(suspend(idx)))
    expect(mirror.get(list)?.bytes).to.deep.equal(await words())
  })

  it('neither reads nor writes after it was closed', async () => {
    const faulty = new FaultyStore(store)
    const mirror = await openMirror(faulty)
    const following = mirror.catchUp().catch(() => undefined)
    await mirror.close()
    const { commits } = faulty
    const { asOf } = mirror
    await set(suspend(...fresh(1)))
    await mirror.catchUp()
    await following
    expect(faulty.commits).to.equal(commits)
    expect(mirror.asOf).to.deep.equal(asOf)
  })

  describe('as a Token Status List', () => {
    const uri = 'http://localhost:4100/status-lists/4294967297'

    async function published() {
      const mirror = await openMirror()
      return { mirror, lists: await listsOf(mirror) }
    }

    it('gives the same statuses as the contract, read by us and by an independent library', async () => {
      const { mirror, lists } = await published()
      const [one = 0, two = 0, three = 0] = fresh(3)
      await set(suspend(one, two, three))
      const block = await set([{ idx: two, from: CredentialStatus.SUSPENDED, to: CredentialStatus.INVALID }])
      await mirror.reach(block)
      const { token } = lists.token(list)

      const parsed = parseStatusListToken(token)
      const now = world.clock()
      expect(verifyStatusListToken(parsed, world.custody.credential.publicKey, { uri, now })).to.include({ ttl: 60 })
      expect(parsed.x5c).to.deep.equal(world.custody.credential.x5c)
      const bytes = inflateSync(parsed.compressed)
      expect(toHex(bytes)).to.equal(toHex(await words()))

      const theirs = getListFromStatusListJWT(token)
      expect(theirs).to.be.instanceOf(StatusList)
      const { VALID, INVALID, SUSPENDED } = CredentialStatus
      for (const [idx, expected] of [
        [one, SUSPENDED],
        [two, INVALID],
        [three, SUSPENDED],
        [CAPACITY - 1, VALID],
      ] as const) {
        expect(theirs.getStatus(idx)).to.equal(expected)
        expect(statusAt(bytes, parsed.bits, idx)).to.equal(expected)
      }
      const time = await timeOf(block)
      expect(parsed.iat).to.equal(time)
      expect(parsed.exp).to.equal(time + 86_400)
    })

    it('is signed once for many requests, and again when a status changed or half its ttl is over', async () => {
      const { mirror, lists } = await published()
      const first = lists.token(list)
      expect(lists.token(list)).to.deep.equal(first)
      await mirror.reach(await set(suspend(...fresh(1))))
      const second = lists.token(list)
      expect(second.token).not.to.equal(first.token)
      await world.ledger.pass(40)
      // Another list's change moves the time but not this list's words.
      await mirror.reach(await set(suspend(11), list + 1n))
      const third = lists.token(list)
      expect(third.token).not.to.equal(second.token)
      expect(third.maxAge).to.equal(30)
    })

    it('keeps its `iat` while the ledger is unreachable', async () => {
      const { mirror, lists } = await published()
      const before = parseStatusListToken(lists.token(list).token).iat
      world.ledger.cut = true
      await world.ledger.pass(100)
      await mirror.catchUp().catch(() => undefined)
      expect(parseStatusListToken(lists.token(list).token).iat).to.equal(before)
    })

    it('is refused for a list that is not ours', async () => {
      const { lists } = await published()
      expect((await failureOf((async () => lists.token(99n))())).code).to.equal('STATUS_LIST_UNKNOWN')
    })
  })

  async function timeOf(block: number): Promise<number> {
    const found = await world.ledger.inner.request('eth_getBlockByNumber', [`0x${block.toString(16)}`, false])
    return Number((found as { timestamp: Hex }).timestamp)
  }
})

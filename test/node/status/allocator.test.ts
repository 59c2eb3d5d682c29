import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { u32be } from '../../../node/lib/bytes.ts'
import { StatusAllocator, type StatusIndex } from '../../../node/status/allocator.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { Vault } from '../../../node/store/vault.ts'
import { failureOf } from '../../support/failure.ts'
import { FaultyStore } from '../../support/faulty-store.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { random } from '../../support/world.ts'

const MASTER = random(32)
const LIST = (1n << 32n) | 1n
const OTHER = (1n << 32n) | 2n
/** How many indexes of a list a restart may lose. */
const BLOCK = 64

describe('the status allocator', () => {
  let directory: string
  let store: LevelStore

  beforeEach(async () => {
    directory = scratchDirectory('status')
    store = await LevelStore.open(directory)
  })
  afterEach(async () => {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const open = (on: FaultyStore | LevelStore = store) =>
    StatusAllocator.open(on, new Vault(store, MASTER, random), random)
  const reopen = async () => {
    await store.close()
    store = await LevelStore.open(directory)
    return open()
  }
  async function takeAll(allocator: StatusAllocator): Promise<StatusIndex[]> {
    const taken: StatusIndex[] = []
    while (allocator.remaining > 0) taken.push(await allocator.take())
    return taken
  }
  const chunksOnDisk = async () => {
    let count = 0
    const range = store.range(new Uint8Array([Bucket.statusShuffle]), new Uint8Array([Bucket.statusShuffle + 1]))
    for await (const _ of range) count++
    return count
  }

  it('leaves out indexes that are not VALID on the ledger, and goes on to another list', async () => {
    const bad = (idx: number) => idx % 3 === 0
    const valid = ({ list, idx }: StatusIndex) => list === OTHER || !bad(idx)
    const allocator = await StatusAllocator.open(store, new Vault(store, MASTER, random), random, valid)
    await allocator.addList(LIST, 128)
    const first = await Promise.all(Array.from({ length: 85 }, () => allocator.take()))
    expect(first.filter(({ idx }) => bad(idx))).to.deep.equal([])
    expect(new Set(first.map(({ idx }) => idx)).size).to.equal(85)
    expect((await failureOf(allocator.take())).code).to.equal('STATUS_LISTS_FULL')
    await allocator.addList(OTHER, 128)
    expect((await allocator.take()).list).to.equal(OTHER)
  })

  it('gives out each index of a list once, and then reports that the lists are full', async () => {
    const allocator = await open()
    await allocator.addList(LIST, 2304)
    const taken = await takeAll(allocator)
    expect(new Set(taken.map(({ idx }) => idx)).size).to.equal(2304)
    expect(Math.max(...taken.map(({ idx }) => idx))).to.equal(2303)
    expect(allocator.lists).to.deep.equal([])
    expect((await failureOf(allocator.take())).code).to.equal('STATUS_LISTS_FULL')
    expect((await failureOf((await reopen()).take())).code).to.equal('STATUS_LISTS_FULL')
  })

  it('gives out the indexes in random order, different for each list', async () => {
    const allocator = await open()
    await allocator.addList(LIST, 1024)
    await allocator.addList(OTHER, 1024)
    const orders = [LIST, OTHER].map(() => [] as number[])
    for (const { list, idx } of await takeAll(allocator)) orders[list === LIST ? 0 : 1]?.push(idx)
    const [first = [], second = []] = orders
    const ascents = first.slice(1).filter((idx, i) => idx > (first[i] as number)).length
    // About half of the 1023 steps go up; 6 standard deviations are 56.
    expect(ascents).to.be.within(455, 568)
    expect(first.filter((idx, i) => idx === second[i]).length).to.be.lessThan(15)
  })

  it('keeps the order of a list that is added again, at the same time or after a restart', async () => {
    const [allocator, seen] = [await open(), new Set<number>()]
    await Promise.all([allocator.addList(LIST, 1024), allocator.addList(LIST, 1024)])
    for (let i = 0; i < 500; i++) seen.add((await allocator.take()).idx)
    await Promise.all([allocator.addList(LIST, 1024), allocator.addList(LIST, 1024)])
    for (let i = 0; i < 100; i++) seen.add((await allocator.take()).idx)
    expect(seen.size).to.equal(600)
    const again = await reopen()
    await again.addList(LIST, 1024)
    const rest = await takeAll(again)
    for (const { idx } of rest) seen.add(idx)
    expect(seen.size).to.equal(600 + rest.length)
    // Also a list without an index left.
    await again.addList(LIST, 1024)
    expect(again.remaining).to.equal(0)
  })

  it('takes indexes from all open lists', async () => {
    const allocator = await open()
    await allocator.addList(LIST, 1024)
    await allocator.addList(OTHER, 1024)
    const lists = []
    for (let i = 0; i < 200; i++) lists.push((await allocator.take()).list)
    expect(lists.filter(list => list === LIST).length).to.be.within(40, 160)
  })

  it('gives out different indexes to concurrent callers', async () => {
    const allocator = await open()
    await allocator.addList(LIST, 1024)
    const taken = await Promise.all(Array.from({ length: 1000 }, () => allocator.take()))
    expect(new Set(taken.map(({ idx }) => idx)).size).to.equal(1000)
    expect(allocator.remaining).to.equal(24)
  })

  it('loses less than a block at a restart, and repeats no index', async () => {
    let allocator = await open()
    await allocator.addList(LIST, 2048)
    const seen: number[] = []
    for (let restart = 0; restart < 10; restart++) {
      for (let i = 0; i < 97; i++) seen.push((await allocator.take()).idx)
      allocator = await reopen()
    }
    const rest = await takeAll(allocator)
    seen.push(...rest.map(({ idx }) => idx))
    expect(new Set(seen).size).to.equal(seen.length)
    expect(seen.length).to.be.greaterThan(2048 - 10 * BLOCK)
  })

  it('repeats no index after a restart, even if no record that uses the indexes was committed', async () => {
    // The caller commits the card of an index later. The allocator must not depend on that commit.
    const allocator = await open()
    await allocator.addList(LIST, 1024)
    const early = []
    for (let i = 0; i < 10; i++) early.push((await allocator.take()).idx)
    const later = await reopen()
    for (const { idx } of await takeAll(later)) expect(early).not.to.include(idx)
  })

  it('gives out no index of a block whose commit failed, and repeats none after a restart', async () => {
    for (const fault of ['refused', 'stored-then-lost'] as const) {
      const list = fault === 'refused' ? LIST : OTHER
      const faulty = new FaultyStore(store)
      const allocator = await open(faulty)
      await allocator.addList(list, 256)
      const seen: StatusIndex[] = []
      for (let i = 0; i < BLOCK; i++) seen.push(await allocator.take())
      faulty.dieAt(0, fault)
      const failed = await Promise.allSettled(Array.from({ length: 5 }, () => allocator.take()))
      expect(failed.map(({ status }) => status)).to.deep.equal(Array(5).fill('rejected'))
      const after = await takeAll(await reopen())
      const all = [...seen, ...after].filter(one => one.list === list).map(({ idx }) => idx)
      expect(new Set(all).size).to.equal(all.length)
      expect(all.length).to.equal(fault === 'refused' ? 256 : 256 - BLOCK)
    }
  })

  it('stores the shuffled indexes encrypted, and deletes a chunk that is used up', async () => {
    const allocator = await open()
    await allocator.addList(LIST, 2048)
    expect(await chunksOnDisk()).to.equal(2)
    const taken: number[] = []
    const order: Uint8Array[] = []
    for await (const [, value] of store.range(new Uint8Array([0x31]), new Uint8Array([0x32]))) order.push(value)
    for (let i = 0; i < 1024; i++) taken.push((await allocator.take()).idx)
    expect(await chunksOnDisk()).to.equal(1)
    await takeAll(allocator)
    expect(await chunksOnDisk()).to.equal(0)
    // No four neighbours of the sequence are on disk in the clear.
    const clear = Buffer.concat(order)
    for (let i = 0; i + 4 <= BLOCK; i += 4) {
      const run = Buffer.concat(taken.slice(i, i + 4).map(u32be))
      const reversed = Buffer.concat(
        taken
          .slice(i, i + 4)
          .reverse()
          .map(u32be),
      )
      expect(clear.includes(run) || clear.includes(reversed)).to.equal(false)
    }
  })

  it('refuses a chunk that was moved to another list', async () => {
    const allocator = await open()
    await allocator.addList(LIST, 1024)
    await allocator.addList(OTHER, 1024)
    const key = (list: bigint) => {
      const bytes = Buffer.alloc(11)
      bytes[0] = Bucket.statusShuffle
      bytes.writeBigUInt64BE(list, 1)
      return new Uint8Array(bytes)
    }
    const moved = store.get(key(OTHER)) as Uint8Array
    await store.commit([{ put: key(LIST), value: moved }])
    const again = await open()
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => again.take()))
    const failures = outcomes.filter(one => one.status === 'rejected').map(({ reason }) => reason.code)
    expect(new Set(failures)).to.deep.equal(new Set(['STORE_SEAL_BROKEN']))
  })
})

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { compareBytes, concat, readU64be, toHex, u32be, u64be, utf8 } from '../../../node/lib/bytes.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { StoreError } from '../../../node/store/errors.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { bytesCodec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../../node/store/store.ts'
import { recordBatches } from '../../support/level-batches.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { collect, temporaryDirectory } from './support.ts'

const u64Codec = { encode: u64be, decode: (bytes: Uint8Array) => Number(readU64be(bytes)) }

const kinds: Record<string, (directory: string) => Promise<Store>> = {
  LevelStore: directory => LevelStore.open(join(directory, 'db')),
  MemoryStore: async () => new MemoryStore(),
}

for (const [name, open] of Object.entries(kinds)) {
  describe(name, () => {
    const directory = temporaryDirectory()
    let store: Store
    beforeEach(async () => {
      store = await open(directory.path)
    })
    afterEach(() => store.close())

    it('returns committed records, and no deleted ones', async () => {
      await store.commit([
        { put: utf8('a'), value: utf8('1') },
        { put: utf8('b'), value: new Uint8Array() },
      ])
      expect(store.get(utf8('a'))).to.deep.equal(utf8('1'))
      expect(store.get(utf8('b'))).to.have.length(0)
      expect(store.get(utf8('c'))).to.equal(undefined)
      await store.commit([{ del: utf8('a') }, { del: utf8('never there') }])
      expect(store.get(utf8('a'))).to.equal(undefined)
      await store.commit([])
    })

    it('applies operations on one key in order', async () => {
      await store.commit([
        { put: utf8('a'), value: utf8('1') },
        { del: utf8('a') },
        { put: utf8('a'), value: utf8('2') },
      ])
      expect(store.get(utf8('a'))).to.deep.equal(utf8('2'))
      await Promise.all([
        store.commit([{ put: utf8('a'), value: utf8('3') }]),
        store.commit([{ put: utf8('a'), value: utf8('4') }]),
      ])
      expect(store.get(utf8('a'))).to.deep.equal(utf8('4'))
    })

    it('stores its own copy of a value', async () => {
      const value = utf8('kept')
      await store.commit([{ put: utf8('a'), value }])
      value.fill(0)
      expect(store.get(utf8('a'))).to.deep.equal(utf8('kept'))
    })

    it('numbers its commits without a gap, and returns the last number', async () => {
      expect(await store.commit([])).to.equal(0)
      const op = (n: number): WriteOp => ({ put: u32be(n), value: utf8('x') })
      expect(await store.commit([op(1), op(2)])).to.equal(1)
      const together = await Promise.all([3, 4, 5].map(n => store.commit([op(n)])))
      expect(together).to.deep.equal([2, 3, 4])
      expect(await store.commit([])).to.equal(4)
      expect(await store.commit([{ del: u32be(1) }])).to.equal(5)
    })

    it('numbers appended entries when they are written, in the order of the commits', async () => {
      const log = new Table<number, string>(store, Bucket.journal, u64Codec, textCodec)
      const entry = (text: string): WriteOp => ({ append: Bucket.journal, value: utf8(text), day: DAY })
      const never = entry('this operation is never committed')
      await store.commit([entry('a'), { put: utf8('k'), value: utf8('v') }, entry('b')])
      await Promise.all([store.commit([entry('c')]), store.commit([]), store.commit([entry('d'), entry('e')])])
      expect((await collect(log.entries())).map(([n, text]) => `${n}${text}`)).to.deep.equal([
        ...['0day', '1a', '2b', '3c', '4d', '5e'],
      ])
      await store.commit([never])
      expect(log.get(6)).to.equal('this operation is never committed')
    })

    it('returns the same ranges as a sorted map, after any commits', async () => {
      // In one bucket, so that no range contains the store's own counters.
      const key = fc.uint8Array({ maxLength: 3 }).map(tail => new Uint8Array([Bucket.presentation, ...tail]))
      const op = fc.oneof(fc.record({ put: key, value: fc.uint8Array({ maxLength: 3 }) }), fc.record({ del: key }))
      const options = fc.record({ reverse: fc.boolean(), limit: fc.integer({ min: 1, max: 4 }) }, { requiredKeys: [] })
      const model = new Map<string, [Uint8Array, Uint8Array]>()
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(op)), key, key, options, async (commits, from, to, how) => {
          await Promise.all(commits.map(ops => store.commit(ops)))
          for (const each of commits.flat()) {
            if ('put' in each) model.set(toHex(each.put), [each.put, each.value])
            else model.delete(toHex(each.del))
          }
          const inside = [...model.values()]
            .filter(([at]) => compareBytes(at, from) >= 0 && compareBytes(at, to) < 0)
            .sort(([a], [b]) => compareBytes(a, b))
          if (how.reverse) inside.reverse()
          const expected = inside.slice(0, how.limit).map(entry => entry.map(toHex))
          expect((await collect(store.range(from, to, how))).map(entry => entry.map(toHex))).to.deep.equal(expected)
        }),
        { numRuns: 60 },
      )
    })

    it('separates tables, and lists entries by prefix', async () => {
      const names = new Table(store, Bucket.meta, textCodec, jsonCodec<{ n: number }>())
      const others = new Table(store, Bucket.personKey, bytesCodec, bytesCodec)
      const key = (a: number, b: number) => concat(u32be(a), u32be(b))
      await store.commit([
        names.put('x', { n: 1 }),
        names.put('xy', { n: 2 }),
        names.put('z', { n: 3 }),
        others.put(key(0xffffffff, 1), utf8('a')),
        others.put(key(0xffffffff, 2), utf8('b')),
        others.put(key(7, 3), utf8('c')),
      ])
      expect(names.get('x')).to.deep.equal({ n: 1 })
      expect(names.get('y')).to.equal(undefined)
      expect(names.has('z')).to.equal(true)
      expect((await collect(names.entries())).map(([id]) => id)).to.deep.equal(['x', 'xy', 'z'])
      expect((await collect(names.entries(utf8('x'), { reverse: true }))).map(([id]) => id)).to.deep.equal(['xy', 'x'])
      expect((await collect(others.entries(u32be(0xffffffff)))).map(([, value]) => value)).to.deep.equal([
        utf8('a'),
        utf8('b'),
      ])
      await store.commit([names.del('x')])
      expect(names.has('x')).to.equal(false)
    })
  })
}

const DAY = { name: '2026-01-01', opening: utf8('day') }

describe('the buckets page', () => {
  it('gives every bucket a different number, below 0xff', () => {
    const numbers = Object.values(Bucket)
    expect(new Set(numbers).size).to.equal(numbers.length)
    expect(Math.max(...numbers)).to.be.below(0xff)
  })
})

describe('LevelStore on disk', () => {
  const directory = temporaryDirectory()
  const failure = async (act: Promise<unknown>): Promise<StoreError> => {
    try {
      await act
    } catch (error) {
      if (error instanceof StoreError) return error
      throw error
    }
    throw new Error('did not fail')
  }

  it('has all records after it was closed and opened', async () => {
    const path = join(directory.path, 'db')
    const first = await LevelStore.open(path)
    const commits = Array.from({ length: 100 }, (_, i) => first.commit([{ put: u32be(i), value: u32be(i) }]))
    await Promise.all(commits)
    await first.close()
    const second = await LevelStore.open(path)
    for (let i = 0; i < 100; i++) expect(second.get(u32be(i))).to.deep.equal(u32be(i))
    await second.close()
  })

  it('continues its numbers after it was closed and opened', async () => {
    const path = join(directory.path, 'db')
    const put: WriteOp = { put: utf8('a'), value: utf8('b') }
    const append: WriteOp = { append: Bucket.journal, value: utf8('entry'), day: DAY }
    const first = await LevelStore.open(path)
    await Promise.all([first.commit([put]), first.commit([append]), first.commit([append])])
    await first.close()
    const second = await LevelStore.open(path)
    expect(await second.commit([append])).to.equal(4)
    const log = new Table<number, string>(second, Bucket.journal, u64Codec, textCodec)
    expect((await collect(log.entries())).map(([number]) => number)).to.deep.equal([0, 1, 2, 3])
    await second.close()
  })

  it('makes its directory accessible only to the owner', async () => {
    const path = join(directory.path, 'within', 'db')
    await (await LevelStore.open(path)).close()
    expect(statSync(path).mode & 0o077).to.equal(0)
  })

  it('waits for commits under way when it is closed', async () => {
    const path = join(directory.path, 'db')
    const first = await LevelStore.open(path)
    const begun = first.commit([{ put: utf8('last'), value: utf8('word') }])
    await first.close()
    await begun
    const second = await LevelStore.open(path)
    expect(second.get(utf8('last'))).to.deep.equal(utf8('word'))
    await second.close()
  })

  it('reports that it is open elsewhere', async () => {
    const path = join(directory.path, 'db')
    const first = await LevelStore.open(path)
    const error = await failure(LevelStore.open(path))
    expect(error.detail).to.deep.equal({ code: 'STORE_IN_USE', path })
    await first.close()
  })

  it('reports why it cannot be opened', async () => {
    const error = await failure(LevelStore.open('/dev/null/db'))
    expect(error.code).to.equal('STORE_IO')
    expect(error.message).to.include('/dev/null/db')
  })

  it('reports that a write failed', async () => {
    const store = await LevelStore.open(join(directory.path, 'db'))
    await store.close()
    const [one, two] = [store.commit([{ del: utf8('a') }]), store.commit([{ del: utf8('b') }])]
    expect((await failure(one)).code).to.equal('STORE_IO')
    expect((await failure(two)).code).to.equal('STORE_IO')
  })

  it('syncs every write, once for commits that arrive together', async () => {
    const store = await LevelStore.open(join(directory.path, 'db'))
    const batches = await recordBatches(() =>
      Promise.all(Array.from({ length: 50 }, (_, i) => store.commit([{ put: u32be(i), value: u32be(i) }]))),
    )
    expect(batches).to.have.length(1)
    // 50 records, and the number of the last commit.
    expect(batches[0]?.operations).to.equal(51)
    expect(batches[0]?.options).to.deep.include({ sync: true })
    await store.close()
  })
})

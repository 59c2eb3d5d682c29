/** Indexes over records that earlier versions stored without them. */
import { expect } from 'chai'
import { utf8 } from '../../../node/lib/bytes.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { indexOnce } from '../../../node/store/index-once.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../../node/store/store.ts'
import { MemoryStore } from '../../support/memory-store.ts'

describe('an index that is made once', () => {
  let store: MemoryStore
  let commits: number
  let read: number

  beforeEach(() => {
    store = new MemoryStore()
    commits = 0
    read = 0
  })

  const index = () => new Table(store, Bucket.applicationByTime, textCodec, textCodec)
  /** @param failAfter so many commits are made, and then none */
  const counted = (failAfter = Number.POSITIVE_INFINITY): Store => ({
    get: key => store.get(key),
    range: (...range) => store.range(...range),
    purge: () => store.purge(),
    close: () => store.close(),
    commit: async ops => {
      if (commits === failAfter) throw new Error('killed')
      commits++
      return store.commit(ops)
    },
  })
  async function* records(count: number): AsyncIterable<readonly WriteOp[]> {
    for (let i = 0; i < count; i++) {
      read++
      yield [index().put(`entry ${i}`, 'x'), index().put(`second ${i}`, 'x')]
    }
  }
  const indexed = async () => {
    const found: string[] = []
    for await (const [key] of index().entries()) found.push(key)
    return found
  }

  it('is made in commits of bounded size, and never again', async () => {
    await indexOnce(counted(), 'some', records(25), 10)
    expect(await indexed()).to.have.length(50)
    expect(commits).to.equal(6)
    await indexOnce(counted(), 'some', records(25), 10)
    expect([commits, read]).to.deep.equal([6, 25])
    await indexOnce(counted(), 'another', records(1), 10)
    expect([commits, read]).to.deep.equal([7, 26])
  })

  it('is begun again after an interruption, wherever that was, and is then complete', async () => {
    for (let failAfter = 0; failAfter <= 5; failAfter++) {
      store = new MemoryStore()
      commits = 0
      const failed = await indexOnce(counted(failAfter), 'some', records(25), 10).catch(error => error)
      expect(failed).to.have.property('message', 'killed')
      await indexOnce(counted(), 'some', records(25), 10)
      expect(new Set(await indexed()).size, `after ${failAfter} commits`).to.equal(50)
    }
  })

  it('of nothing is made, too', async () => {
    await indexOnce(counted(), 'some', records(0))
    await indexOnce(counted(), 'some', records(3))
    expect(await indexed()).to.deep.equal([])
    expect(store.get(new Uint8Array([Bucket.meta, ...utf8('index some')]))).not.to.equal(undefined)
  })
})

import { expect } from 'chai'
import { Level } from 'level'
import { openStore } from '../../../../node/ledger/embedded/store.ts'
import { u32be } from '../../../../node/lib/bytes.ts'
import { temporaryDirectory } from './fixture.ts'

describe('embedded ledger: the store', () => {
  it('a commit is one batch, and asks the disk for it (fsync)', async () => {
    const directory = temporaryDirectory()
    const store = await openStore(directory.path)
    const prototype = Level.prototype as unknown as { batch?: (...given: unknown[]) => unknown }
    const batch = prototype.batch
    const calls: unknown[][] = []
    prototype.batch = function (...given) {
      calls.push(given)
      return batch?.apply(this, given)
    }
    try {
      await store.commit(Array.from({ length: 50 }, (_, i) => ({ key: u32be(i), value: u32be(i) })))
    } finally {
      // Level inherits it: what stood in front goes away.
      delete prototype.batch
    }
    expect(calls.map(([ops]) => (ops as unknown[]).length)).to.deep.equal([50])
    expect(calls[0]?.[1]).to.deep.include({ sync: true })
    expect(store.get(u32be(49))).to.deep.equal(u32be(49))
    await store.close()
    directory.remove()
  })
})

import { expect } from 'chai'
import { openLedgerStore } from '../../../../node/ledger/embedded/ledger-store.ts'
import { u32be } from '../../../../node/lib/bytes.ts'
import { recordBatches } from '../../../support/level-batches.ts'
import { temporaryDirectory } from './fixture.ts'

describe('embedded ledger: the store', () => {
  it('a commit is one batch, and asks the disk for it (fsync)', async () => {
    const directory = temporaryDirectory()
    const store = await openLedgerStore(directory.path)
    const ops = Array.from({ length: 50 }, (_, i) => ({ key: u32be(i), value: u32be(i) }))
    const batches = await recordBatches(() => store.commit(ops))
    expect(batches).to.have.length(1)
    expect(batches[0]?.operations).to.equal(50)
    expect(batches[0]?.options).to.deep.include({ sync: true })
    expect(store.get(u32be(49))).to.deep.equal(u32be(49))
    await store.close()
    directory.remove()
  })
})

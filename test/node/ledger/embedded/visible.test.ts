import { expect } from 'chai'
import { keccak256 } from 'ethers'
import { RpcContext } from '../../../../node/ledger/embedded/context.ts'
import { dispatch } from '../../../../node/ledger/embedded/dispatch.ts'
import type { LedgerWriteOp } from '../../../../node/ledger/embedded/ledger-store.ts'
import { fromHex } from '../../../../node/lib/bytes.ts'
import { STORE_INIT_CODE, sign } from './fixture.ts'
import { MemoryStore, openInMemory, StillClock } from './memory.ts'

/** Like LevelDB, it lets reads see a write shortly before `commit` resolves. */
class EarlyStore extends MemoryStore {
  written: (() => void) | undefined
  done: Promise<void> = Promise.resolve()

  override async commit(ops: readonly LedgerWriteOp[]): Promise<void> {
    await super.commit(ops)
    this.written?.()
    await this.done
  }
}

describe('embedded ledger: records that can be read before their commit is on disk', () => {
  it('are in no block until the block is on disk, and then at once', async () => {
    const store = new EarlyStore()
    const { node } = await openInMemory(store, new StillClock())
    const context = new RpcContext(node)
    const ask = (method: string, ...params: unknown[]) => dispatch(context, method, params)
    const written = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    store.written = written.resolve
    store.done = done.promise

    const raw = await sign({ nonce: 0, data: STORE_INIT_CODE })
    const sent = node.submit(fromHex(raw))
    await written.promise
    const id = keccak256(raw)
    expect(await ask('eth_blockNumber')).to.equal('0x0')
    expect(await ask('eth_getTransactionReceipt', id)).to.equal(null)
    expect(await ask('eth_getTransactionByHash', id)).to.include({ hash: id, blockHash: null, blockNumber: null })

    done.resolve()
    expect(await sent).to.equal(id)
    expect(await ask('eth_getTransactionReceipt', id)).to.include({ blockNumber: '0x1', status: '0x1' })
    expect(await ask('eth_getTransactionByHash', id)).to.include({ blockNumber: '0x1' })
    await node.close()
  })
})

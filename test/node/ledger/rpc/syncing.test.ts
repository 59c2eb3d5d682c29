import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { RpcContext } from '../../../../node/ledger/embedded/context.ts'
import { dispatch } from '../../../../node/ledger/embedded/dispatch.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { openFollower } from '../../../../node/ledger/follower/follower.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { connectLedger } from '../../../../node/ledger/remote/remote.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { until } from '../../../support/until.ts'
import { CHAIN_ID, refusal, SENDER, sign, temporaryDirectory } from '../embedded/fixture.ts'
import { MemoryStore, openInMemory, StillClock } from '../embedded/memory.ts'

const BLOCKS = 30

describe('a follower that is behind', () => {
  it('reports it, and clients with several endpoints do not use it', async () => {
    const clock = new StillClock()
    const { node } = await openInMemory(new MemoryStore(), clock)
    for (let nonce = 0; nonce < BLOCKS; nonce++) {
      await node.submit(fromHex(await sign({ nonce, to: SENDER })))
      clock.advance(1)
    }
    const context = new RpcContext(node)
    const started = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    /** Serves one block, and the others later. */
    const source: Ledger = {
      async request(method, params = []) {
        if (method === 'eth_getBlockByNumber' && params[1] === true && Number(params[0]) > 1) {
          started.resolve()
          await gate.promise
        }
        return dispatch(context, method, params)
      },
      onHead: () => () => {},
      close: async () => {},
    }
    const directory = temporaryDirectory()
    const { hash } = (await dispatch(context, 'eth_getBlockByNumber', ['0x0', false])) as { hash: Hex }
    const profile = { chainId: CHAIN_ID, genesis: hash, checkpoint: { height: 0, hash, time: 0 } }
    const follower = await openFollower({ path: directory.path, profile, source, now: clock.now })
    const syncing = () => follower.request('eth_syncing')
    expect(await syncing()).to.deep.equal({ startingBlock: '0x0', currentBlock: '0x0', highestBlock: '0x0' })
    await started.promise
    await until('the follower has block 1', () => follower.head.number >= 1)
    expect(await syncing()).to.deep.equal({ startingBlock: '0x0', currentBlock: '0x1', highestBlock: '0x1e' })

    const server = createServer(rpcListener(follower, { random: randomBytes })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await refusal(connectLedger(url, { chainId: CHAIN_ID }))).code).to.equal('LEDGER_UNREACHABLE')

    gate.resolve()
    await follower.caughtUp
    expect(await syncing()).to.equal(false)
    const remote = await connectLedger(url, { chainId: CHAIN_ID })
    expect(await remote.request('eth_blockNumber')).to.equal('0x1e')
    await remote.close()
    server.closeAllConnections()
    server.close()
    await follower.close()

    // There is no other node, so the client gets the blocks that this one has.
    const gone = async () => {
      throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'eth_blockNumber' }, 'gone')
    }
    const troubled = Promise.withResolvers<unknown>()
    const alone = await openFollower({
      ...{ path: directory.path, profile, now: clock.now, onTrouble: troubled.resolve },
      source: { ...source, request: gone },
    })
    await troubled.promise
    expect(await alone.request('eth_syncing')).to.equal(false)
    await alone.close()
    await node.close()
    directory.remove()
  })
})

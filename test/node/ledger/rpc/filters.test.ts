import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { Filters } from '../../../../node/ledger/rpc/filters.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { toQuantity } from '../../../../node/lib/bytes.ts'
import { deployStore, openLedger, put, refusal, SENDER, sign, temporaryDirectory, word } from '../embedded/fixture.ts'

/** Block n has one log, `{ n }`, for address '0xa'. A question for more than `most` blocks is refused. */
class Chain implements Ledger {
  height = 10
  most = 1_000
  readonly asked: string[] = []

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    this.asked.push(method)
    if (method === 'eth_blockNumber') return toQuantity(this.height)
    if (method === 'eth_getBlockByNumber') return { hash: `hash of ${Number(params[0])}` }
    if (method !== 'eth_getLogs') return method
    const { address, fromBlock, toBlock } = params[0] as Record<string, string>
    if (address === 'wrong') throw this.#error(-32602)
    const [from, to] = [fromBlock, toBlock].map(it => (it === 'latest' ? this.height : Number(it))) as [number, number]
    if (to - from + 1 > this.most) throw this.#error(-32005)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  }

  #error(rpcCode: number): LedgerError {
    const detail = { code: 'LEDGER_RPC', method: 'eth_getLogs', rpcCode, rpcMessage: '' } as const
    return new LedgerError(detail, '')
  }

  onHead(): () => void {
    return () => {}
  }

  async close(): Promise<void> {}
}

describe('filters of the ledger', () => {
  let chain: Chain
  let filters: Filters
  let time: number
  const ask = (method: string, ...params: unknown[]) => filters.request(method, params)
  const code = async (method: string, ...params: unknown[]) => (await refusal(ask(method, ...params))).code

  beforeEach(() => {
    chain = new Chain()
    time = 0
    filters = new Filters(chain, randomBytes, () => time)
  })

  it('report each new block once', async () => {
    const id = await ask('eth_newBlockFilter')
    expect(id).to.match(/^0x[1-9a-f][0-9a-f]{31}$/)
    expect(await ask('eth_getFilterChanges', id)).to.deep.equal([])
    chain.height = 12
    const both = await Promise.all([ask('eth_getFilterChanges', id), ask('eth_getFilterChanges', id)])
    expect(both.flat()).to.deep.equal(['hash of 11', 'hash of 12'])
    chain.height = 2_500
    expect(await ask('eth_getFilterChanges', id)).to.have.length(1_000)
    expect(await ask('eth_getFilterChanges', id)).to.have.length(1_000)
    expect(await ask('eth_getFilterChanges', id)).to.have.length(488)
    expect(await code('eth_getFilterLogs', id)).to.equal(-32000)
    expect(await ask('eth_uninstallFilter', id)).to.equal(true)
    expect(await ask('eth_uninstallFilter', id)).to.equal(false)
    expect(await code('eth_getFilterChanges', id)).to.equal(-32000)
  })

  it('report the logs of new blocks once, and those of the whole range again and again', async () => {
    const id = await ask('eth_newFilter', { address: '0xa', fromBlock: 'earliest', toBlock: 'latest' })
    const ends = await ask('eth_newFilter', { fromBlock: '0x9', toBlock: '0xc' })
    const later = await ask('eth_newFilter', { fromBlock: '0xd' })
    chain.height = 14
    expect(await ask('eth_getFilterChanges', id)).to.deep.equal([11, 12, 13, 14])
    expect(await ask('eth_getFilterChanges', id)).to.deep.equal([])
    expect(await ask('eth_getFilterLogs', id)).to.have.length(15)
    expect(await ask('eth_getFilterLogs', id)).to.have.length(15)
    expect(await ask('eth_getFilterChanges', ends)).to.deep.equal([11, 12])
    expect(await ask('eth_getFilterLogs', ends)).to.deep.equal([9, 10, 11, 12])
    expect(await ask('eth_getFilterChanges', later)).to.deep.equal([13, 14])
  })

  it('lose no log when one answer would be too long or the ledger fails', async () => {
    const id = await ask('eth_newFilter', {})
    chain.height = 110
    chain.most = 40
    const seen: unknown[] = []
    for (let i = 0; i < 5; i++) seen.push(...((await ask('eth_getFilterChanges', id)) as unknown[]))
    expect(seen).to.deep.equal(Array.from({ length: 100 }, (_, i) => 11 + i))
    chain.height = 111
    chain.most = 0
    expect(await code('eth_getFilterChanges', id)).to.equal(-32005)
    chain.most = 1
    expect(await ask('eth_getFilterChanges', id)).to.deep.equal([111])
  })

  it('refuse what is wrong when they are created', async () => {
    expect(await code('eth_newFilter')).to.equal(-32602)
    expect(await code('eth_newFilter', { address: 'wrong' })).to.equal(-32602)
    expect(await code('eth_newFilter', { fromBlock: '0x5', toBlock: '0x4' })).to.equal(-32602)
    expect(await code('eth_newFilter', { fromBlock: 5 })).to.equal(-32602)
    expect(await code('eth_newFilter', { blockHash: `0x${'00'.repeat(32)}` })).to.equal(-32602)
    expect(await code('eth_newBlockFilter', {})).to.equal(-32602)
    for (const id of [[], [1], ['0x1', 2]]) expect(await code('eth_getFilterChanges', ...id)).to.equal(-32602)
    expect(await ask('eth_chainId')).to.equal('eth_chainId')
  })

  it('are bounded for a connection and for all, and end when nobody asks for five minutes', async () => {
    const connections = Array.from({ length: 11 }, () => ({ destroyed: false }))
    const add = (i: number) => filters.request('eth_newBlockFilter', [], connections[i])
    const first = await add(0)
    for (let i = 1; i < 100; i++) await add(0)
    expect((await refusal(add(0))).code).to.equal(-32005)
    for (let i = 100; i < 1_000; i++) await add(Math.floor(i / 100))
    expect((await refusal(add(10))).code).to.equal(-32005)
    filters.end(connections[9] as { destroyed: boolean })
    await add(10)
    time = 299_000
    await ask('eth_getFilterChanges', first)
    time = 301_000
    expect(await ask('eth_getFilterChanges', first)).to.deep.equal([])
    for (let i = 0; i < 99; i++) await add(0)
    expect((await refusal(add(0))).code).to.equal(-32005)
  })

  it('work over HTTP on a real ledger, whichever connection asks', async () => {
    const directory = temporaryDirectory()
    const ledger = await openLedger(directory.path)
    const server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const post = async (method: string, ...params: unknown[]) => {
      const headers = { 'content-type': 'application/json', connection: 'close' }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as { result: unknown }
      return answer.result
    }
    try {
      const contract = await deployStore(ledger)
      const logs = (await post('eth_newFilter', { address: contract, topics: [`0x${word(1)}`] })) as Hex
      const blocks = (await post('eth_newBlockFilter')) as Hex
      const before = ledger.head.number
      for (const value of [1, 2]) {
        await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
        const nonce = Number(await ledger.request('eth_getTransactionCount', [SENDER]))
        await ledger.request('eth_sendRawTransaction', [await sign({ nonce, to: contract, data: put(7, value) })])
      }
      const found = (await post('eth_getFilterChanges', logs)) as { data: Hex }[]
      expect(found.map(({ data }) => data)).to.deep.equal([`0x${word(7)}`])
      expect(await post('eth_getFilterChanges', blocks)).to.have.length(ledger.head.number - before)
    } finally {
      server.closeAllConnections()
      server.close()
      await ledger.close()
      directory.remove()
    }
  })
})

import { expect } from 'chai'
import { getCreateAddress } from 'ethers'
import fc from 'fast-check'
import { RpcContext } from '../../../../node/ledger/embedded/context.ts'
import { dispatch } from '../../../../node/ledger/embedded/dispatch.ts'
import type { EmbeddedNode } from '../../../../node/ledger/embedded/node.ts'
import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { put, refusal, SENDER, STORE_INIT_CODE, sign, word } from './fixture.ts'
import { MemoryStore, openInMemory, StillClock } from './memory.ts'

interface JsonLog {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly blockNumber: Hex
  readonly logIndex: Hex
}

const CONTRACTS = [0, 1].map(nonce => getCreateAddress({ from: SENDER, nonce }).toLowerCase() as Hex)
const BLOCKS = 12

describe('embedded ledger: logs', () => {
  let node: EmbeddedNode
  let context: RpcContext
  const ask = (method: string, ...params: unknown[]) => dispatch(context, method, params)
  const logs = async (filter: unknown) => (await ask('eth_getLogs', filter)) as JsonLog[]

  before(async () => {
    const clock = new StillClock()
    ;({ node } = await openInMemory(new MemoryStore(), clock))
    context = new RpcContext(node)
    let nonce = 0
    const block = async (...data: [Hex | null, string][]) => {
      const raws = await Promise.all(data.map(([to, bytes]) => sign({ nonce: nonce++, to, data: bytes })))
      await Promise.all(raws.map(raw => node.submit(fromHex(raw))))
      clock.advance(1)
    }
    await block([null, STORE_INIT_CODE], [null, STORE_INIT_CODE])
    for (let i = 2; i <= BLOCKS; i++) {
      // Topics repeat in blocks and contracts. Some blocks have no log, and some have a reverted call.
      const calls = CONTRACTS.flatMap((to, c): [Hex, string][] =>
        (i + c) % 3 === 0
          ? [[to, '0x']]
          : [
              [to, put(c, i % 4)],
              [to, put(9, i % 3)],
            ],
      )
      await block(...calls)
    }
  })
  after(() => node.close())

  it('answers any filter as a search of every receipt does', async () => {
    const all = (await Promise.all(
      Array.from({ length: BLOCKS + 1 }, (_, i) => ask('eth_getBlockReceipts', `0x${i.toString(16)}`)),
    )) as { logs: JsonLog[] }[][]
    const everything = all.flat().flatMap(receipt => receipt.logs)
    expect(everything.length).to.be.greaterThan(20)

    const topic = fc.nat(5).map(value => `0x${word(value)}` as Hex)
    const address = fc.constantFrom<Hex>(...CONTRACTS, `0x${'77'.repeat(20)}`)
    const many = <T>(item: fc.Arbitrary<T>) => fc.oneof(item, fc.array(item, { maxLength: 3 }), fc.constant(null))
    const height = fc.nat(BLOCKS)
    const filters = fc.record({
      address: many(address),
      topics: fc.array(many(topic), { maxLength: 2 }),
      from: height,
      to: height,
    })
    await fc.assert(
      fc.asyncProperty(filters, async ({ address: wanted, topics, from: one, to: other }) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        const got = await logs({
          address: wanted,
          topics,
          fromBlock: `0x${from.toString(16)}`,
          toBlock: `0x${to.toString(16)}`,
        })
        const includes = <T>(set: T | T[] | null, one: T | undefined) =>
          set === null || (Array.isArray(set) ? set.length === 0 || set.includes(one as T) : set === one)
        const want = everything.filter(
          log =>
            Number(log.blockNumber) >= from &&
            Number(log.blockNumber) <= to &&
            includes(wanted, log.address) &&
            topics.every((each, i) => log.topics[i] !== undefined && includes(each, log.topics[i])),
        )
        expect(got).to.deep.equal(want)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a range that is reversed or ends after the newest block', async () => {
    const at = (number: number) => `0x${number.toString(16)}`
    for (const range of [
      { fromBlock: at(5), toBlock: at(4) },
      { toBlock: at(4) },
      { fromBlock: 'latest', toBlock: 'earliest' },
      { fromBlock: at(BLOCKS + 1) },
      { fromBlock: at(1), toBlock: at(BLOCKS + 1) },
      { fromBlock: at(BLOCKS + 1), toBlock: at(BLOCKS + 2) },
    ]) {
      for (const filter of [range, { ...range, address: CONTRACTS[0] }]) {
        expect((await refusal(logs(filter))).code, JSON.stringify(filter)).to.equal(-32602)
      }
    }
    expect((await logs({ fromBlock: at(BLOCKS), toBlock: at(BLOCKS) })).length).to.be.greaterThan(0)
  })

  it('numbers the logs of a block from 0, across its transactions', async () => {
    const { hash } = (await ask('eth_getBlockByNumber', '0x4', false)) as { hash: Hex }
    const found = await logs({ blockHash: hash })
    expect(found.map(log => Number(log.logIndex))).to.deep.equal(found.map((_, i) => i))
    expect(found.length).to.be.greaterThan(2)
    expect((await refusal(logs({ blockHash: `0x${'00'.repeat(32)}` }))).code).to.equal(-32000)
  })

  it('lets other requests run during a search, and ends when it takes too long or finds too much', async () => {
    const { header, hash, transactions } = node.chain.head
    const wanted = { hash, number: header.number }
    const place = { number: header.number, index: 0 }
    const [log] = node.chain.receipt({ number: 4, index: 0 }).logs
    if (log === undefined) return expect.fail()
    /** The last block, with this number of receipts and this length of logs. */
    const withReceipts = (count: number, bytes: number) => {
      const many = Array.from({ length: count }, () => transactions[0] as Uint8Array)
      const long = { ...node.chain.receipt(place), logs: [{ ...log, data: new Uint8Array(bytes) }] }
      const chain = {
        receipt: () => long,
        block: () => ({ ...node.chain.head, transactions: many }),
        numberOf: (hash: Uint8Array) => node.chain.numberOf(hash),
        positionOf: (hash: Uint8Array) => node.chain.positionOf(hash),
      }
      const ask = (method: string, ...params: unknown[]) =>
        dispatch(
          new RpcContext(
            Object.assign(Object.create(node), { chain: Object.assign(Object.create(node.chain), chain) }),
          ),
          method,
          params,
        )
      return ask
    }
    const blockHash = `0x${Buffer.from(wanted.hash).toString('hex')}`
    let turns = 0
    const count = () => {
      turns += 1
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    const began = performance.now()
    const nothing = { blockHash, address: `0x${'77'.repeat(20)}` }
    const look = withReceipts(100_000, 100)
    expect(await look('eth_getLogs', nothing)).to.deep.equal([])
    clearImmediate(timer)
    const spent = performance.now() - began
    expect(turns).to.be.greaterThan(Math.floor(spent / 60))
    for (const [asked, method, params] of [
      [withReceipts(100_001, 100), 'eth_getLogs', [nothing]],
      [withReceipts(9_000, 1_000), 'eth_getLogs', [{ blockHash }]],
      [withReceipts(9_000, 1_000), 'eth_getBlockReceipts', [blockHash]],
      [
        withReceipts(1, 8_400_000),
        'eth_getTransactionReceipt',
        [((await ask('eth_getBlockReceipts', 'latest')) as { transactionHash: Hex }[])[0]?.transactionHash],
      ],
    ] as const) {
      expect((await refusal(asked(method, ...params))).code, method).to.equal(-32005)
    }
    expect(((await withReceipts(6_000, 1_000)('eth_getLogs', { blockHash })) as unknown[]).length).to.equal(6_000)
  })

  it('a block has no more bytes than one answer may have', async () => {
    const store = new MemoryStore()
    const clock = new StillClock()
    const { node: full } = await openInMemory(store, clock)
    const data = `0x${'00'.repeat(120_000)}`
    const raws = await Promise.all(
      Array.from({ length: 40 }, (_, nonce) => sign({ nonce, to: SENDER, data, gasLimit: 501_000n })),
    )
    const sent = Promise.all(raws.map(raw => full.submit(fromHex(raw))))
    const heads: number[] = []
    full.onHead(head => {
      heads.push(head.number)
      clock.advance(1)
    })
    await sent
    expect(heads.length).to.equal(2)
    const shown = (await dispatch(new RpcContext(full), 'eth_getBlockByNumber', ['0x1', true])) as {
      size: Hex
      transactions: unknown[]
    }
    expect(Number(shown.size)).to.be.within(4_000_000, 4 * 1024 * 1024)
    expect(shown.transactions.length).to.equal(34)
    await full.close()
  })

  it('lists the allowed block parameters in its error', async () => {
    for (const params of [
      ['newest', false],
      [1, false],
      ['0x01', false],
    ]) {
      const { code, message } = await refusal(ask('eth_getBlockByNumber', ...params))
      expect(code).to.equal(-32602)
      expect(message).to.match(/parameter 0: expected a block number .* or latest/)
    }
    expect((await refusal(ask('eth_getBalance', SENDER, 'x'))).message).to.match(
      /parameter 1: expected a block .*blockHash/,
    )
    expect((await refusal(ask('eth_getTransactionCount', SENDER, 'x'))).message).to.match(
      /parameter 1: expected a block/,
    )
    expect((await refusal(ask('eth_getBlockReceipts', 'x'))).message).to.match(/parameter 0: expected a block/)
    expect((await refusal(logs({ address: '0x12' }))).message).to.match(/parameter 0.address: expected an address/)
    expect((await refusal(logs({ fromBlock: 1 }))).message).to.match(/parameter 0.fromBlock: expected a block/)
  })
})

import { expect } from 'chai'
import { keccak256 } from '#crypto'
import { checkLedgerStore } from '../../../node/ledger/embedded/check-store.ts'
import { createSealer, type Sealer } from '../../../node/ledger/embedded/crypto.ts'
import { openLedgerStore } from '../../../node/ledger/embedded/ledger-store.ts'
import type { EmbeddedNode } from '../../../node/ledger/embedded/node.ts'
import type { FollowerOptions } from '../../../node/ledger/follower/follower.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { fromHex, type Hex, toHex } from '../../../node/lib/bytes.ts'
import { decodeExtraData, encodeExtraData } from '../../../node/proof/extra.ts'
import { blockHash, type Header, headerToJson, parseHeader, sealedHash } from '../../../node/proof/header.ts'
import { listRoot } from '../../../node/proof/trie-root.ts'
import { failureOf } from '../../support/failure.ts'
import { until } from '../../support/until.ts'
import { put, STORE_INIT_CODE, sign } from './embedded/fixture.ts'
import { StillClock } from './embedded/memory.ts'
import { ask, chainOf, checkpointOf, Followers, type Json, profileOf, sourceOf, validator } from './following.ts'

const ANYTHING = new Uint8Array(2)
const stranger = createSealer(new Uint8Array(32).fill(0x77))

/** The header with another seal, or with none. */
function seal(header: Header, sealers: readonly Sealer[]): Header {
  const bare = { ...header, extraData: encodeExtraData({ ...decodeExtraData(header.extraData), seals: [] }) }
  const seals = sealers.map(sealer => sealer.sign(sealedHash(bare)))
  return { ...bare, extraData: encodeExtraData({ ...decodeExtraData(bare.extraData), seals }) }
}

/** The header as a dishonest validator would write it: changed, and sealed with its key. */
function forge(block: Json, changes: Partial<Header>, sealers: readonly Sealer[] = [validator]): Json {
  const header = seal({ ...parseHeader(block), ...changes }, sealers)
  return { ...block, ...headerToJson(header), hash: toHex(blockHash(header)) }
}

describe('a follower', () => {
  const clock = new StillClock()
  let node: EmbeddedNode
  let address: Hex
  const followers = new Followers()

  before(async () => {
    ;({ node } = await chainOf(clock, [{ nonce: 0, data: STORE_INIT_CODE }]))
    const [receipt] = (await ask(node, 'eth_getBlockReceipts', ['latest'])) as { contractAddress: Hex }[]
    address = receipt?.contractAddress as Hex
    clock.advance(1)
    // Transactions of every type, a revert, a failed creation, and two blocks with several transactions.
    const several = [
      { nonce: 1, to: address, data: put(1, 11) },
      { nonce: 2, to: address, data: put(2, 12), type: 1 },
      { nonce: 3, to: address, data: put(3, 13), type: 2 },
      { nonce: 4, to: address },
      { nonce: 5, data: '0xfe' },
    ]
    await Promise.all((await Promise.all(several.map(each => sign(each)))).map(raw => node.submit(fromHex(raw))))
    for (let nonce = 6; nonce < 40; nonce++) {
      clock.advance(1)
      await node.submit(fromHex(await sign({ nonce, to: address, data: put(nonce, nonce * 3) })))
    }
  })
  after(() => node.close())
  afterEach(() => followers.end())

  const follow = (source: Ledger, options: Partial<FollowerOptions> = {}) =>
    followers.follow({ profile: profileOf(node), source, now: clock.now, ...options })
  /** The error with which it ends, and its head then. */
  const refusedBy = async (source: Ledger) => {
    const follower = await follow(source)
    const error = await follower.ended
    const at = follower.head.number
    await follower.close()
    const store = await openLedgerStore(followers.path)
    expect(checkLedgerStore(store).faults).to.deep.equal([])
    await store.close()
    return { at, code: (error as { code?: string } | null)?.code, message: error?.message ?? '' }
  }

  it('has the same chain, block for block, and answers as the ledger does', async () => {
    const progress: number[] = []
    const follower = await follow(sourceOf(node), { onProgress: done => progress.push(done) })
    await follower.caughtUp
    expect(follower.head).to.deep.equal(node.head)
    expect(progress.at(-1)).to.equal(node.head.number)
    const questions: [string, unknown[]][] = [
      ['eth_getBlockReceipts', ['0x2']],
      ['eth_getBlockByNumber', ['0x2', true]],
      ['eth_getProof', [address, ['0x3'], 'latest']],
      ['eth_call', [{ to: address, data: `0x${'03'.padStart(64, '0')}` }, '0x5']],
      ['eth_getLogs', [{ address, fromBlock: '0x0' }]],
      [
        'eth_getTransactionCount',
        [((await ask(node, 'eth_getBlockReceipts', ['0x1'])) as { from: Hex }[])[0]?.from, 'pending'],
      ],
    ]
    for (const [method, params] of questions) {
      expect(await follower.request(method, params), method).to.deep.equal(await ask(node, method, params))
    }
    // Calls of clients run in a thread, with the same clock.
    const read = { to: address, data: `0x${'03'.padStart(64, '0')}` }
    for (const params of [
      [read, '0x5'],
      [read, 'latest'],
      [{ to: address }, 'latest'],
    ]) {
      const [own, client] = [undefined, { destroyed: false }].map(from =>
        follower.request('eth_call', params, from).catch(error => error.detail),
      )
      expect(await client).to.deep.equal(await own)
    }
    const refused = await failureOf(
      follower.request('eth_sendRawTransaction', [await sign({ nonce: 40, to: address })]),
    )
    expect(refused.message).to.include('takes no transactions')
  })

  it('reads blocks of other nodes: a creation without `to`, and additional members', async () => {
    const changed = (block: Json): Json => ({
      ...block,
      totalDifficulty: '0x1',
      transactions: block.transactions.map(({ to, ...rest }) => ({
        ...rest,
        ...(to !== null && { to }),
        blockTimestamp: '0x1',
        creates: null,
      })),
    })
    const follower = await follow(sourceOf(node, changed))
    await follower.caughtUp
    expect(follower.head).to.deep.equal(node.head)
  })

  it('continues after a restart and after an outage of its source', async () => {
    const first = await follow(sourceOf(node, (block, number) => (number > 10 ? null : block)))
    await until('it has all that its source shows', () => first.head.number === 10)
    await first.close()
    let reachable = false
    const troubles: unknown[] = []
    const second = await follow(
      sourceOf(node, block => (reachable ? block : null)),
      { onTrouble: error => troubles.push(error) },
    )
    await until('it notices the outage', () => troubles.length > 0)
    expect(second.head.number).to.equal(10)
    reachable = true
    await second.caughtUp
    expect(second.head).to.deep.equal(node.head)
  })

  const at = (number: number, change: (block: Json) => Json | Promise<Json>) =>
    sourceOf(node, (block, it) => (it === number ? change(block) : block))

  const lies: { name: string; source: () => Ledger; stops: number; reason: RegExp }[] = [
    {
      name: "a stranger's seal",
      source: () => at(3, block => forge(block, {}, [stranger])),
      stops: 2,
      reason: /seal of 0x\w+, which is not a validator/,
    },
    { name: 'no seal', source: () => at(3, block => forge(block, {}, [])), stops: 2, reason: /has 0 seals of the 1/ },
    {
      name: 'another set of validators that sealed itself',
      source: () =>
        at(3, block => {
          const validators = [fromHex(stranger.address)]
          const extra = encodeExtraData({ ...decodeExtraData(parseHeader(block).extraData), validators, seals: [] })
          return forge(block, { extraData: extra, miner: fromHex(stranger.address) }, [stranger])
        }),
      stops: 2,
      reason: /another set of validators sealed/,
    },
    ...(['stateRoot', 'receiptsRoot', 'logsBloom'] as const).map(name => ({
      name: `a wrong ${name} under the right seal`,
      source: () =>
        at(2, block => forge(block, { [name]: name === 'logsBloom' ? new Uint8Array(256) : keccak256(ANYTHING) })),
      stops: 1,
      reason: new RegExp(`its ${name} differs from the result of its execution`),
    })),
    {
      name: 'a wrong amount of gas',
      source: () => at(2, block => forge(block, { gasUsed: 21_000n })),
      stops: 1,
      reason: /its gasUsed differs/,
    },
    {
      name: 'another gas limit',
      source: () => at(2, block => forge(block, { gasLimit: 1_000_000_000n })),
      stops: 1,
      reason: /its gasLimit differs/,
    },
    {
      name: 'a gap',
      source: () =>
        sourceOf(node, async (block, number) =>
          number === 5 ? ((await ask(node, 'eth_getBlockByNumber', ['0x6', true])) as Json) : block,
        ),
      stops: 4,
      reason: /the source sent block 6/,
    },
    {
      name: 'a block with another parent',
      source: () => at(4, block => forge(block, { parentHash: keccak256(new Uint8Array(1)) })),
      stops: 3,
      reason: /parent hash is not the hash of block 3/,
    },
    {
      name: 'reordered transactions',
      source: () => at(2, block => ({ ...block, transactions: block.transactions.toReversed() })),
      stops: 1,
      reason: /transaction 0 is invalid/,
    },
    {
      name: 'reordered transactions in a sealed block',
      source: () =>
        at(2, async block => {
          const raws = await Promise.all(
            block.transactions.map((_, i) => node.chain.transaction({ number: 2, index: i })),
          )
          const swapped = [1, 0, 2, 3, 4].map(i => raws[i] as Uint8Array)
          const forged = forge(block, { transactionsRoot: listRoot(swapped) })
          return { ...forged, transactions: [1, 0, 2, 3, 4].map(i => block.transactions[i] as Json['transactions'][0]) }
        }),
      stops: 1,
      reason: /transaction 0 is invalid: .*nonce/,
    },
    {
      name: 'a transaction left out',
      source: () => at(2, block => ({ ...block, transactions: block.transactions.slice(0, -1) })),
      stops: 1,
      reason: /its stateRoot differs/,
    },
    {
      name: 'a transaction changed',
      source: () =>
        at(2, block => {
          const [first, ...others] = block.transactions
          return { ...block, transactions: [{ ...first, input: put(1, 99) } as Json['transactions'][0], ...others] }
        }),
      stops: 1,
      reason: /the hash of transaction 0 does not match its content/,
    },
    {
      name: 'a time that is not later than that of its parent',
      source: () => at(3, block => forge(block, { timestamp: 1 })),
      stops: 2,
      reason: /timestamp is not later/,
    },
    {
      name: 'a block from the future',
      source: () => at(node.head.number, block => forge(block, { timestamp: Math.floor(clock.ms / 1000) + 60 })),
      stops: 35,
      reason: /60 s ahead of this clock/,
    },
    {
      name: 'a header whose hash is not the one the node gives',
      source: () => at(3, block => ({ ...block, hash: `0x${'00'.repeat(32)}` })),
      stops: 2,
      reason: /is not the one that the node gives for it/,
    },
  ]
  for (const { name, source, stops, reason } of lies) {
    it(`refuses ${name}, and keeps the blocks before`, async () => {
      const { at: stood, message } = await refusedBy(source())
      expect(message).to.match(reason)
      expect(stood).to.equal(stops)
    })
  }

  it('refuses another genesis, and a chain without the checkpoint of the profile', async () => {
    const other = { ...profileOf(node), genesis: checkpointOf(node, 1).hash }
    expect((await failureOf(follow(sourceOf(node), { profile: other }))).code).to.equal('LEDGER_WRONG_CHAIN')
    const wrong = { ...profileOf(node), checkpoint: { ...checkpointOf(node, 3), height: 4 } }
    const follower = await follow(sourceOf(node), { profile: wrong })
    expect((await follower.ended)?.message).to.match(/the profile's checkpoint has the hash .* for block 4/)
    expect(follower.head.number).to.equal(3)
  })

  it('reports a source that is behind, and continues when it has caught up', async () => {
    let height = node.head.number
    const source: Ledger = {
      ...sourceOf(node),
      request: (method, params = []) =>
        method === 'eth_blockNumber' ? Promise.resolve(`0x${height.toString(16)}`) : ask(node, method, params),
    }
    const first = await follow(source)
    await first.caughtUp
    height = 7
    const behind = Promise.withResolvers<Error>()
    await first.close()
    const again = await follow(source, { onTrouble: error => behind.resolve(error as Error) })
    let caughtUp = false
    void again.caughtUp.then(() => {
      caughtUp = true
    })
    expect((await behind.promise).message).to.include(`it is at block 7, and this copy is at block ${node.head.number}`)
    expect(caughtUp, 'it may lack what the ledger has').to.equal(false)
    height = node.head.number
    await again.caughtUp
  })

  const nonsense: { name: string; method: string; answer: unknown }[] = [
    { name: 'no height', method: 'eth_blockNumber', answer: 'nonsense' },
    { name: 'nothing for a height', method: 'eth_blockNumber', answer: null },
    { name: 'a number for a height', method: 'eth_blockNumber', answer: 39 },
    { name: 'no header', method: 'eth_getBlockByNumber', answer: {} },
    { name: 'text for a header', method: 'eth_getBlockByNumber', answer: '<html>' },
  ]
  for (const { name, method, answer } of nonsense) {
    it(`asks again after an invalid answer: ${name}`, async () => {
      let left = 3
      const troubles: string[] = []
      const source: Ledger = {
        ...sourceOf(node),
        request: async (asked, params = []) =>
          asked === method && params[0] !== '0x0' && left-- > 0 ? answer : ask(node, asked, params),
      }
      const follower = await follow(source, { onTrouble: error => troubles.push((error as Error).message) })
      await follower.caughtUp
      expect(follower.head).to.deep.equal(node.head)
      expect(troubles.length).to.be.greaterThan(0)
      expect(troubles[0]).to.match(/answer/)
    })
  }

  it('asks again after a block without its transactions', async () => {
    let left = 1
    const { transactions: _, ...bare } = (await ask(node, 'eth_getBlockByNumber', ['0x3', true])) as Json
    const source = sourceOf(node, (block, number) => (number === 3 && left-- > 0 ? (bare as Json) : block))
    const troubles: string[] = []
    const follower = await follow(source, { onTrouble: error => troubles.push((error as Error).message) })
    await follower.caughtUp
    expect(troubles[0]).to.match(/is not block 3/)
  })
})

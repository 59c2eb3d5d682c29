/** A ledger by URL over nodes that answer and fail as Besu's do. */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import type { EndpointReport } from '../../../../node/ledger/remote/endpoint.ts'
import { connectLedger, type RemoteLedger } from '../../../../node/ledger/remote/remote.ts'
import { type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import { Sender, UNTIL_INCLUDED } from '../../../../node/registries/sending/sender.ts'
import { signTransaction } from '../../../../node/registries/sending/transaction.ts'
import type { BesuFault, BesuNode } from '../../../support/besu-node.ts'
import { BesuStandIn } from '../../../support/besu-stand-in.ts'
import { failureOf } from '../../../support/failure.ts'
import { until } from '../../../support/until.ts'
import { RemoteScene } from '../fake-node.ts'

describe('a ledger by URL of Besu nodes', function () {
  this.timeout(60_000)
  let network: BesuStandIn
  let ledger: RemoteLedger
  let first: BesuNode
  let second: BesuNode
  let heads: LedgerHead[]
  const states: string[] = []

  const connect = async () => {
    const onState = ({ endpoint, state }: EndpointReport) =>
      void states.push(`${endpoint === new URL(first.url).host ? 'first' : 'second'} ${state}`)
    ledger = await connectLedger(network.urls, { chainId: 1337, onState })
    heads = []
    ledger.onHead(head => heads.push(head))
  }
  const timed = async (body: () => Promise<unknown>) => {
    const begun = performance.now()
    await body()
    return performance.now() - begun
  }
  const newHeads = async (count: number, withinMs: number) => {
    const before = heads.length
    await until(`${count} heads`, () => heads.length >= before + count, { withinMs })
  }

  before(async () => {
    network = await BesuStandIn.open()
    ;[first, second] = network.nodes as [BesuNode, BesuNode]
  })
  beforeEach(async () => {
    states.length = 0
    await connect()
  })
  afterEach(async () => {
    for (const node of network.nodes) node.fault = 'none'
    network.chain.resume()
    await ledger.close()
  })
  after(() => network.close())

  for (const fault of ['frozen', 'slow', 'full', 'busy'] as BesuFault[]) {
    it(`asks another node when the one in use is ${fault}, and stays there`, async () => {
      await newHeads(1, 5_000)
      first.fault = fault
      expect(await timed(() => ledger.request('eth_getBlockByNumber', ['latest', false]))).to.be.lessThan(2_500)
      for (let i = 0; i < 5; i++) {
        expect(await timed(() => ledger.request('eth_getBlockByNumber', ['latest', false]))).to.be.lessThan(500)
      }
      await newHeads(2, 5_000)
      expect(ledger.endpoints[0]?.state).not.to.equal('ready')
    })
  }

  it('leaves a node that answers, but gets no new blocks', async () => {
    await newHeads(1, 5_000)
    first.fault = 'behind'
    const stuck = first.height
    await until('a head that it lacks', () => (heads.at(-1)?.number ?? 0) > stuck + 1, { withinMs: 6_000 })
    expect(ledger.endpoints[0]).to.include({ state: 'behind' })
    expect(heads.map(({ number }) => number)).to.deep.equal(heads.map((_, i) => (heads[0]?.number ?? 0) + i))
  })

  it('says of another node that it is behind, and uses it again when it is not', async () => {
    await newHeads(1, 5_000)
    second.fault = 'behind'
    await until('it is noticed', () => ledger.endpoints[1]?.state === 'behind', { withinMs: 6_000 })
    second.fault = 'none'
    await until('it is noticed', () => ledger.endpoints[1]?.state === 'ready', { withinMs: 6_000 })
    expect(states).to.deep.equal(['first ready', 'second ready', 'second behind', 'second ready'])
  })

  it('stays where it is while the chain is halted: no node has more than another', async () => {
    await newHeads(1, 5_000)
    network.chain.halt()
    await setTimeout(3_500)
    expect(states).to.deep.equal(['first ready', 'second ready'])
    network.chain.resume()
    await newHeads(3, 6_000)
  })

  it('begins with a node that has the newest blocks', async () => {
    await ledger.close()
    first.fault = 'behind'
    await until('three blocks more', () => second.height > first.height + 2, { withinMs: 6_000 })
    await connect()
    expect(Number(await ledger.request('eth_blockNumber'))).to.be.greaterThan(first.height + 1)
    expect(ledger.endpoints[0]).to.include({ state: 'behind' })
  })

  it('keeps within its connections, whatever is asked at once', async () => {
    const before = network.refused
    const answers = Array.from({ length: 2_000 }, (_, i) =>
      ledger.request('eth_getBlockByNumber', [toHex(Uint8Array.of(i % 3)).replace(/^0x0/, '0x'), false]),
    )
    expect(await Promise.all(answers)).to.not.include(null)
    expect(network.refused - before).to.equal(0)
    expect(first.mostConnections).to.be.at.most(24)
  })

  it('has a receipt as soon as a block does, and asks for it once or twice', async () => {
    await newHeads(1, 5_000)
    const account = new Wallet(toHex(new Uint8Array(randomBytes(32))))
    const sender = new Sender({ ledger, timer: systemTimer, patience: UNTIL_INCLUDED })
    first.asked.clear()
    const waits: number[] = []
    for (let nonce = 0; nonce < 5; nonce++) {
      const signed = signTransaction(
        { account, chainId: 1337 },
        { nonce, to: account.address as Hex, data: '0x', gasLimit: 50_000n },
      )
      const sent = performance.now()
      const { time } = await sender.send(signed)
      expect(performance.now() - sent).to.be.lessThan(1_600)
      waits.push(Date.now() - time * 1000)
    }
    sender.close()
    // The time of a block is in whole seconds, and it is sealed at their beginning.
    expect(Math.min(...waits), String(waits)).to.be.lessThan(350)
    expect(first.asked.get('eth_getTransactionReceipt')).to.be.at.most(15)
  })

  it('answers as Besu does', async () => {
    const rpcCode = async (method: string, params: unknown[]) =>
      (await failureOf(ledger.request(method, params))).detail?.rpcCode
    await newHeads(1, 5_000)
    expect(await ledger.request('eth_getBlockByNumber', ['0xffffff', false])).to.equal(null)
    expect(await ledger.request('eth_getProof', [`0x${'11'.repeat(20)}`, [], '0xffffff'])).to.equal(null)
    expect(await rpcCode('eth_getBlockByNumber', ['finalized', false])).to.equal(-39001)
    expect(await rpcCode('eth_getLogs', [{ fromBlock: '0x1', toBlock: '0xffffff' }])).to.equal(-32602)
    expect(await rpcCode('eth_getLogs', [{ fromBlock: '0x1', toBlock: '0x0' }])).to.equal(-32602)
    expect(await rpcCode('eth_sendRawTransaction', ['0x1234'])).to.equal(-32602)
    expect(await rpcCode('eth_nope', [])).to.equal(-32601)
  })
})

describe('a ledger by URL', () => {
  const scene = new RemoteScene()
  const { start, connect, node } = scene
  afterEach(() => scene.end())

  it('does not leave a node for one that claims blocks which it does not have', async () => {
    const ledger = await connect(await start(2))
    node(1).claims = 90
    await until('it is found out', () => ledger.endpoints[1]?.state === 'failing')
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    await until('the other one is in use', () => ledger.endpoints[0]?.state === 'ready')
  })

  it('sends to a second node only what may be repeated, as long as the first one has not failed', async () => {
    const ledger = await connect(await start(2), { hedgeMs: 100 })
    await ledger.request('eth_chainId')
    node(0).mode = 'silent'
    const begun = Date.now()
    expect(await failureOf(ledger.request('eth_call', []))).to.include({ code: 'LEDGER_RPC' })
    expect(Date.now() - begun).to.be.lessThan(500)
    expect(ledger.endpoints[0]).to.include({ state: 'slow' })

    node(1).mode = 'silent'
    node(0).mode = 'up'
    node(0).asked = []
    const sent = ledger.request('eth_sendTransaction', [{}]).catch(() => undefined)
    await setTimeout(400)
    expect(node(0).asked).not.to.include('eth_sendTransaction')
    await sent
  })
})

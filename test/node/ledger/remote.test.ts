import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import type { LedgerHead } from '../../../node/ledger/ledger.ts'
import type { EndpointReport } from '../../../node/ledger/remote/endpoint.ts'
import { connectLedger, type RemoteLedger, type RemoteLedgerOptions } from '../../../node/ledger/remote.ts'
import { failureOf } from '../../support/failure.ts'
import { until } from '../../support/until.ts'

/** A JSON-RPC answer of more than 64 MiB. */
function* endless() {
  yield '{"jsonrpc":"2.0","id":1,"result":"'
  for (let i = 0; i < 65; i++) yield Buffer.alloc(1024 * 1024, 'a')
  yield '"}'
}

const hashOf = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const

/** A node of a made-up chain, which can be made to fail in every way a node fails. */
class FakeNode {
  height = 5
  chainId = 7
  /** Blocks from this one on have other hashes. */
  forkAt = Number.POSITIVE_INFINITY
  syncing: unknown = false
  mode: 'up' | 'silent' | 'http 500' | 'http 413' | 'busy' | 'nonsense' | 'hang up' = 'up'
  asked: string[] = []
  /** How often it hangs up before it answers again. */
  hiccups = 0
  /** What it says to `eth_sendRawTransaction` and `eth_call`, in place of its own. */
  says: { status?: number; answer: object } | undefined
  #server: Server | undefined
  #port = 0

  async listen(): Promise<string> {
    this.#server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { id, method, params } = JSON.parse(body)
      this.asked.push(method)
      if (this.hiccups-- > 0) return void response.destroy()
      if (this.mode === 'silent') return
      if (this.mode === 'hang up') return void response.destroy()
      if (this.mode === 'http 500') return void response.writeHead(500).end('<h1>Internal Server Error</h1>')
      if (this.mode === 'http 413') return void response.writeHead(413).end()
      if (method === 'eth_getLogs') return void Readable.from(endless()).pipe(response)
      if (this.mode === 'nonsense') return void response.end('hello')
      if (this.says && /^eth_(?:call|sendRawTransaction)$/.test(method)) {
        const { status = 200, answer } = this.says
        return void response.writeHead(status).end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
      }
      const answer = this.mode === 'busy' ? { error: { code: -32002, message: 'busy' } } : this.#answer(method, params)
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    }).listen(this.#port, '127.0.0.1')
    await new Promise(resolve => this.#server?.once('listening', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return `http://127.0.0.1:${this.#port}`
  }

  close(): void {
    this.#server?.closeAllConnections()
    this.#server?.close()
    this.#server = undefined
  }

  #answer(method: string, [param]: unknown[]): object {
    const hash = (n: number) => hashOf(n >= this.forkAt ? n + 1000 : n)
    const quantity = (n: number) => `0x${n.toString(16)}`
    switch (method) {
      case 'eth_chainId':
        return { result: quantity(this.chainId) }
      case 'eth_syncing':
        return { result: this.syncing }
      case 'eth_blockNumber':
        return { result: quantity(this.height) }
      case 'eth_getBlockByNumber': {
        const number = param === 'latest' ? this.height : Number(param)
        if (number > this.height) return { result: null }
        const parentHash = hash(Math.max(0, number - 1))
        return { result: { number: quantity(number), hash: hash(number), parentHash, timestamp: quantity(number) } }
      }
      case 'eth_getTransactionReceipt':
        return { result: { blockNumber: quantity(this.height), blockHash: hash(this.height) } }
      case 'eth_getBlockReceipts':
        return { result: [{ blockNumber: quantity(this.height), blockHash: hash(this.height) }] }
      case 'eth_call':
        return { error: { code: 3, message: 'execution reverted', data: '0x1234' } }
      default:
        return { error: { code: -32601, message: 'unknown' } }
    }
  }
}

describe('a ledger by URL', () => {
  const nodes: FakeNode[] = []
  const ledgers: RemoteLedger[] = []
  afterEach(async () => {
    for (const ledger of ledgers.splice(0)) await ledger.close()
    for (const node of nodes.splice(0)) node.close()
  })

  const start = async (count: number, adjust: (node: FakeNode, i: number) => void = () => {}) => {
    const urls: string[] = []
    for (let i = 0; i < count; i++) {
      const node = new FakeNode()
      adjust(node, i)
      nodes.push(node)
      urls.push(await node.listen())
    }
    return urls.join(',')
  }
  const states: EndpointReport[] = []
  const connect = async (urls: string, options: RemoteLedgerOptions = {}) => {
    states.length = 0
    const onState = (report: EndpointReport) => void states.push(report)
    const ledger = await connectLedger(urls, { chainId: 7, timeoutMs: 150, pollMs: 10, onState, ...options })
    ledgers.push(ledger)
    return ledger
  }
  const node = (i: number) => nodes[i] as FakeNode
  /** No look happens in the test but the first. */
  const HOUR = 3_600_000
  /** Twice: what the first look saw is known by the second. */
  const looked = (it: FakeNode, times = 2) =>
    until('the node is looked at', () => it.asked.filter(method => method === 'eth_blockNumber').length >= times)

  const troubles: { name: string; adjust: (node: FakeNode) => void; state: string; reason: RegExp }[] = [
    { name: 'down', adjust: it => it.close(), state: 'down', reason: /ECONNREFUSED/ },
    {
      name: 'hanging up',
      adjust: it => {
        it.mode = 'hang up'
      },
      state: 'down',
      reason: /no connection/,
    },
    {
      name: 'slow',
      adjust: it => {
        it.mode = 'silent'
      },
      state: 'slow',
      reason: /no answer to eth_chainId within 150 ms/,
    },
    {
      name: 'failing',
      adjust: it => {
        it.mode = 'http 500'
      },
      state: 'failing',
      reason: /HTTP 500/,
    },
    {
      name: 'talking nonsense',
      adjust: it => {
        it.mode = 'nonsense'
      },
      state: 'failing',
      reason: /without a JSON-RPC answer/,
    },
    {
      name: 'busy',
      adjust: it => {
        it.mode = 'busy'
      },
      state: 'failing',
      reason: /busy/,
    },
    {
      name: 'syncing',
      adjust: it => {
        it.syncing = { currentBlock: '0x3', highestBlock: '0x9' }
      },
      state: 'syncing',
      reason: /block 3 of 9/,
    },
    {
      name: 'on another chain',
      adjust: it => {
        it.chainId = 8
      },
      state: 'wrong chain',
      reason: /serves chain 8, not 7/,
    },
  ]
  for (const { name, adjust, state, reason } of troubles) {
    it(`says so of a node that is ${name}, and asks the next`, async () => {
      const urls = await start(2)
      adjust(node(0))
      const ledger = await connect(urls)
      expect(ledger.endpoints[0]).to.include({ state })
      expect(ledger.endpoints[0]?.reason).to.match(reason)
      expect(ledger.endpoints[1]).to.include({ state: 'ready' })
      expect(states.map(it => it.state)).to.deep.equal([state, 'ready'])
    })

    it(`says so when the only node is ${name}`, async () => {
      const urls = await start(1)
      adjust(node(0))
      const failure = await failureOf(connect(urls))
      expect(failure.code).to.equal(state === 'wrong chain' ? 'LEDGER_WRONG_CHAIN' : 'LEDGER_UNREACHABLE')
      expect(failure.message).to.match(reason).and.include(state)
      expect(JSON.stringify(failure), 'its address is for logs').not.to.include('127.0.0.1')
    })
  }

  it('takes a refusal for an answer, and asks nobody else', async () => {
    const ledger = await connect(await start(2))
    const failure = await failureOf(ledger.request('eth_call', []))
    expect(failure.detail).to.include({ code: 'LEDGER_RPC', rpcCode: 3, data: '0x1234' })
    expect(node(1).asked).to.deep.equal([])
  })

  const undecided: { name: string; status?: number; error: object; state: string }[] = [
    {
      name: "Besu's, that it took too long",
      status: 408,
      error: { code: -32603, message: 'Timeout expired' },
      state: 'failing',
    },
    { name: "a gateway's", status: 504, error: { code: -32603, message: 'upstream timed out' }, state: 'failing' },
    { name: "a gateway's without a node", status: 502, error: { code: -32000, message: 'bad' }, state: 'failing' },
    { name: 'one of too many', status: 429, error: { code: -32005, message: 'slow down' }, state: 'failing' },
    {
      name: "Besu's, that it has no pool yet",
      error: { code: -32002, message: 'Transaction pool not enabled.' },
      state: 'failing',
    },
    {
      name: "Besu's, that it has no state yet",
      error: { code: -32008, message: 'Initial sync is still in progress' },
      state: 'syncing',
    },
  ]
  for (const { name, status, error, state } of undecided) {
    it(`takes no refusal for an answer that says nothing of the request: ${name}`, async () => {
      const ledger = await connect(await start(2))
      node(0).says = { ...(status && { status }), answer: { error } }
      node(1).says = { answer: { result: hashOf(1) } }
      expect(await ledger.request('eth_sendRawTransaction', ['0x00'])).to.equal(hashOf(1))
      expect(ledger.endpoints[0]).to.include({ state, reason: (error as { message: string }).message })
    })
  }

  it('takes for what a contract said only what can be that: Besu explains other errors in words', async () => {
    const ledger = await connect(await start(1))
    const dataOf = async (data: unknown) => {
      node(0).says = { answer: { error: { code: -32000, message: 'Execution reverted', data } } }
      return (await failureOf(ledger.request('eth_call', []))).detail?.data
    }
    expect(await dataOf('0x08C379A0')).to.equal('0x08C379A0')
    expect(await dataOf('0x')).to.equal('0x')
    expect(await dataOf({ message: 'reverted', data: '0x1234' })).to.equal('0x1234')
    for (const other of ['OUT_OF_GAS', 'Reverted', '0x123', '0xzz', '', null, 7, {}, { data: 'Out of gas' }]) {
      expect(await dataOf(other), JSON.stringify(other)).to.equal(undefined)
    }
  })

  it('reads a result beside which there is no error', async () => {
    const ledger = await connect(await start(1))
    node(0).says = { answer: { result: '0x12', error: null } }
    expect(await ledger.request('eth_call', [])).to.equal('0x12')
  })

  it('asks once more where a connection was lost and no other node is there: that is no outage', async () => {
    const ledger = await connect(await start(1), { pollMs: HOUR })
    const blocks = () => node(0).asked.filter(method => method === 'eth_getBlockByNumber').length
    await until('the first look', () => blocks() === 2)
    await ledger.request('eth_chainId')
    node(0).hiccups = 1
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    // Who asks while it is left alone for that waits as well.
    node(0).hiccups = 1
    const together = [ledger.request('eth_chainId'), ledger.request('eth_blockNumber')]
    await until('a lost connection', () => ledger.endpoints[0]?.state === 'down', { everyMs: 1 })
    together.push(ledger.request('eth_blockNumber'))
    expect(await Promise.all(together)).to.deep.equal(['0x7', '0x5', '0x5'])

    node(0).asked = []
    node(0).hiccups = 100
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    // The question, and then who it is.
    expect(node(0).asked).to.deep.equal(['eth_blockNumber', 'eth_chainId'])
    // And now it is known.
    const begun = Date.now()
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    expect(Date.now() - begun).to.be.lessThan(100)
  })

  it('goes over to another node in the middle, and stays', async () => {
    const ledger = await connect(await start(2))
    node(0).mode = 'hang up'
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    node(0).mode = 'up'
    node(0).asked = []
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    expect(node(0).asked).to.deep.equal([])
  })

  it('refuses a second node of another genesis, or with another past', async () => {
    for (const forkAt of [0, 4]) {
      const urls = await start(2)
      const [first, second] = nodes.slice(-2) as [FakeNode, FakeNode]
      second.forkAt = forkAt
      const ledger = await connect(urls)
      const heads: LedgerHead[] = []
      ledger.onHead(head => heads.push(head))
      await looked(first)
      first.height = second.height = 6
      await until('the first head', () => heads.length === 1)
      first.mode = 'hang up'
      const failure = await failureOf(ledger.request('eth_blockNumber'))
      expect(failure.message).to.match(forkAt === 0 ? /genesis/ : /block 6 is not the one seen/)
    }
  })

  it('never goes back: a node without the newest block seen is not asked', async () => {
    const ledger = await connect(await start(2))
    const heads: LedgerHead[] = []
    ledger.onHead(head => heads.push(head))
    await looked(node(0))
    node(0).height = 8
    await until('block 8', () => heads.at(-1)?.number === 8)
    node(0).mode = 'hang up'
    const failure = await failureOf(ledger.request('eth_blockNumber'))
    expect(failure.message).to.include('it is at block 5, and block 8 was seen')
    node(1).height = 9
    await until('block 9', () => heads.at(-1)?.number === 9)
    expect(heads.map(head => head.number)).to.deep.equal([6, 7, 8, 9])
  })

  /** After its second failure a node is asked again. */
  const leftAlone = () => new Promise(resolve => setTimeout(resolve, 520))
  const naming: [string, unknown[]][] = [
    ['eth_blockNumber', []],
    ['eth_getBlockByNumber', ['latest', false]],
    ['eth_getTransactionReceipt', [hashOf(1)]],
    ['eth_getBlockReceipts', ['latest']],
  ]
  for (const [method, params] of naming) {
    it(`counts the block that ${method} named as seen, with nobody listening`, async () => {
      const ledger = await connect(await start(2), { pollMs: HOUR })
      await looked(node(0), 1)
      node(0).height = 8
      await ledger.request(method, params)
      node(0).mode = 'hang up'
      const failure = await failureOf(ledger.request('eth_chainId'))
      expect(failure.message).to.include('it is at block 5, and block 8 was seen')
      if (method === 'eth_blockNumber') return
      node(1).height = 9
      node(1).forkAt = 8
      await leftAlone()
      expect((await failureOf(ledger.request('eth_chainId'))).message).to.include('its block 8 is not the one seen')
    })
  }

  it('finds by itself what is new, with nobody listening', async () => {
    const ledger = await connect(await start(2))
    node(0).height = 8
    await looked(node(0), node(0).asked.length + 2)
    node(0).mode = 'hang up'
    expect((await failureOf(ledger.request('eth_chainId'))).message).to.include('and block 8 was seen')
  })

  it('looks again at a node that was in order before another was asked', async () => {
    const ledger = await connect(await start(2), { pollMs: HOUR })
    // Genesis and the newest block: the first look is over.
    await until(
      'two questions about a block',
      () => node(0).asked.filter(method => method === 'eth_getBlockByNumber').length === 2,
    )
    await ledger.request('eth_chainId')
    node(0).mode = 'hang up'
    expect((await failureOf(ledger.request('eth_call', []))).code).to.equal('LEDGER_RPC')
    node(0).mode = 'up'
    await leftAlone()
    node(0).height = 8
    expect(await ledger.request('eth_blockNumber')).to.equal('0x8')
    expect(ledger.endpoints.map(({ state }) => state)).to.deep.equal(['ready', 'ready'])
    node(0).mode = 'hang up'
    expect((await failureOf(ledger.request('eth_chainId'))).message).to.include(
      'it is at block 5, and block 8 was seen',
    )
  })

  for (const [method, params] of naming.slice(0, 2)) {
    it(`does not take a lower height from the node in use: ${method}`, async () => {
      const ledger = await connect(await start(1), { pollMs: HOUR })
      await ledger.request(method, params)
      node(0).height = 4
      const failure = await failureOf(ledger.request(method, params))
      expect(failure.message).to.include('it is at block 4, and block 5 was seen')
    })
  }

  for (const [method, params] of naming.slice(1)) {
    it(`does not take another block for the newest one seen: ${method}`, async () => {
      const ledger = await connect(await start(1), { pollMs: HOUR })
      await ledger.request(method, params)
      node(0).forkAt = 5
      const failure = await failureOf(ledger.request(method, params))
      expect(failure.message).to.include('its block 5 is not the one seen')
      expect(ledger.endpoints[0]).to.include({ state: 'wrong chain' })
    })
  }

  it('shows a node that went back to whoever asks for that', async () => {
    const ledger = await connect(await start(1), { mayGoBack: true })
    await ledger.request('eth_blockNumber')
    node(0).height = 4
    node(0).forkAt = 3
    expect(await ledger.request('eth_blockNumber')).to.equal('0x4')
    expect(await ledger.request('eth_getBlockByNumber', ['0x3', false])).to.include({ hash: hashOf(1003) })
  })

  it('takes a length beyond the limit for an answer: no node is any worse for it', async () => {
    const ledger = await connect(await start(2), { timeoutMs: 20_000 })
    const failure = await failureOf(ledger.request('eth_getLogs', [{}]))
    expect(failure.detail).to.include({ code: 'LEDGER_RPC', rpcCode: -32005 })
    expect(failure.message).to.include('longer than 64 MiB')
    node(0).mode = 'http 413'
    expect((await failureOf(ledger.request('eth_call', []))).detail).to.include({ code: 'LEDGER_RPC', rpcCode: -32005 })
    expect(ledger.endpoints.map(({ state }) => state)).to.deep.equal(['ready', 'not asked yet'])
    expect(node(1).asked).to.deep.equal([])
  })

  it('takes which ledger it is from the profile, not from the first URL', async () => {
    const urls = await start(2, (it, i) => {
      if (i === 0) it.forkAt = 0
    })
    const ledger = await connect(urls, { genesis: hashOf(0) })
    expect(ledger.endpoints.map(({ state }) => state)).to.deep.equal(['wrong chain', 'ready'])
    const failure = await failureOf(connect(urls, { genesis: hashOf(99) }))
    expect(failure.detail).to.deep.include({ code: 'LEDGER_WRONG_CHAIN', expected: `chain 7, genesis ${hashOf(99)}` })
    expect(failure.message).to.include(`its genesis is ${hashOf(0)}, not ${hashOf(99)}`)
  })

  it('tells of each head once and in order, across an outage', async () => {
    const ledger = await connect(await start(1))
    const heads: number[] = []
    ledger.onHead(head => heads.push(head.number))
    await looked(node(0))
    node(0).height = 7
    await until('two heads', () => heads.length === 2)
    node(0).close()
    await until('the first endpoint is down', () => ledger.endpoints[0]?.state === 'down')
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    // Asked again in vain, it is left alone, and whoever asks is told at once.
    const begun = Date.now()
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    expect(Date.now() - begun).to.be.lessThan(100)
    node(0).height = 9
    await node(0).listen()
    await until('four heads', () => heads.length === 4)
    expect(heads).to.deep.equal([6, 7, 8, 9])
    expect(states.map(it => it.state)).to.deep.equal(['ready', 'down', 'ready'])
  })

  it('notices when the node behind the URL is replaced by one with another past', async () => {
    const ledger = await connect(await start(1))
    ledger.onHead(() => {})
    await looked(node(0))
    node(0).forkAt = 3
    node(0).height = 6
    await until('the first endpoint is another ledger', () => ledger.endpoints[0]?.state === 'wrong chain')
    expect(ledger.endpoints[0]?.reason).to.match(/does not follow|not the one seen|genesis/)
  })

  it('says of a URL that it is none, and asks nobody', async () => {
    const good = await start(1)
    for (const [urls, number] of [
      ['', 1],
      ['nonsense', 1],
      [`${good},localhost:8545`, 2],
      [`${good},`, 2],
      [good.replace('http', 'ws'), 1],
    ] as const) {
      const failure = await failureOf(connect(urls))
      expect(failure.code, urls).to.equal('LEDGER_UNREACHABLE')
      expect(failure.message).to.match(new RegExp(`Node ${number} .* http:// or https://`))
    }
    expect(node(0).asked).to.deep.equal([])
  })

  it('sends credentials of the URL as such, and names nobody by them', async () => {
    const url = (await start(1)).replace('http://', 'http://member:secret@')
    const ledger = await connect(url)
    expect(JSON.stringify(ledger.endpoints)).not.to.include('secret')
  })
})

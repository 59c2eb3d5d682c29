import { expect } from 'chai'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import { failureOf } from '../../../support/failure.ts'
import { until } from '../../../support/until.ts'
import { type FakeNode, hashOf, RemoteScene } from '../fake-node.ts'

describe('a ledger by URL', () => {
  const scene = new RemoteScene()
  const { start, connect, node, states } = scene
  afterEach(() => scene.end())

  /** The first poll is the only one in the test. */
  const HOUR = 3_600_000
  /** Allows for the question at the start and for two polls, so that the second knows the block of the first. */
  const looked = (it: FakeNode, times = 3) =>
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
      reason: /no answer to eth_chainId within 600 ms/,
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
    it(`reports a node that is ${name}, and uses the next`, async () => {
      const urls = await start(2)
      adjust(node(0))
      const ledger = await connect(urls)
      expect(ledger.endpoints[0]).to.include({ state })
      expect(ledger.endpoints[0]?.reason).to.match(reason)
      expect(ledger.endpoints[1]).to.include({ state: 'ready' })
      expect(states.map(it => it.state)).to.deep.equal([state, 'ready'])
    })

    it(`fails when the only node is ${name}`, async () => {
      const urls = await start(1)
      adjust(node(0))
      const failure = await failureOf(connect(urls))
      expect(failure.code).to.equal(state === 'wrong chain' ? 'LEDGER_WRONG_CHAIN' : 'LEDGER_UNREACHABLE')
      expect(failure.message).to.match(reason).and.include(state)
      expect(JSON.stringify(failure), 'its address is for logs').not.to.include('127.0.0.1')
    })
  }

  it('tries again after a lost connection when there is no other node', async () => {
    const ledger = await connect(await start(1), { pollMs: HOUR })
    const blocks = () => node(0).asked.filter(method => method === 'eth_getBlockByNumber').length
    await until('the first look', () => blocks() === 2)
    await ledger.request('eth_chainId')
    node(0).hiccups = 1
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    // A request during the back-off waits too.
    node(0).hiccups = 1
    const together = [ledger.request('eth_chainId'), ledger.request('eth_blockNumber')]
    await until('a lost connection', () => ledger.endpoints[0]?.state === 'down', { everyMs: 1 })
    together.push(ledger.request('eth_blockNumber'))
    expect(await Promise.all(together)).to.deep.equal(['0x7', '0x5', '0x5'])

    node(0).asked = []
    node(0).hiccups = 100
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    // The request comes after the check of the node.
    expect(node(0).asked).to.deep.equal(['eth_blockNumber', 'eth_chainId'])
    // The node is checked now.
    const begun = Date.now()
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    expect(Date.now() - begun).to.be.lessThan(100)
  })

  it('changes to another node during requests, and stays with it', async () => {
    const ledger = await connect(await start(2))
    node(0).mode = 'hang up'
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    node(0).mode = 'up'
    node(0).asked = []
    expect(await ledger.request('eth_blockNumber')).to.equal('0x5')
    expect(node(0).asked).to.deep.equal([])
  })

  it('refuses a second node with another genesis or other blocks', async () => {
    for (const forkAt of [0, 4]) {
      const urls = await start(2)
      const [first, second] = [node(-2), node(-1)] as const
      second.forkAt = forkAt
      const ledger = await connect(urls)
      const heads: LedgerHead[] = []
      ledger.onHead(head => heads.push(head))
      await looked(first)
      first.height = second.height = 6
      await until('the first head', () => heads.length === 1)
      first.mode = 'hang up'
      const failure = await failureOf(ledger.request('eth_blockNumber'))
      expect(failure.message).to.match(forkAt === 0 ? /genesis/ : /block 6 differs from the one seen before/)
    }
  })

  it('does not use a node that lacks the newest block seen', async () => {
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

  /** The time until a node is used again after its second failure. */
  const leftAlone = () => new Promise(resolve => setTimeout(resolve, 520))
  const naming: [string, unknown[]][] = [
    ['eth_blockNumber', []],
    ['eth_getBlockByNumber', ['latest', false]],
    ['eth_getTransactionReceipt', [hashOf(1)]],
    ['eth_getBlockReceipts', ['latest']],
  ]
  for (const [method, params] of naming) {
    it(`remembers the block that ${method} named, also without listeners`, async () => {
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
      expect((await failureOf(ledger.request('eth_chainId'))).message).to.include(
        'its block 8 differs from the one seen before',
      )
    })
  }

  it('polls for new blocks, also without listeners', async () => {
    const ledger = await connect(await start(2))
    node(0).height = 8
    await looked(node(0), node(0).asked.length + 2)
    node(0).mode = 'hang up'
    expect((await failureOf(ledger.request('eth_chainId'))).message).to.include('and block 8 was seen')
  })

  it('checks a node again when another was used in between', async () => {
    const ledger = await connect(await start(2), { pollMs: HOUR })
    // Genesis and the newest block were requested, so the first poll is over.
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
    it(`refuses a lower height from the node in use: ${method}`, async () => {
      const ledger = await connect(await start(1), { pollMs: HOUR })
      await ledger.request(method, params)
      node(0).height = 4
      const failure = await failureOf(ledger.request(method, params))
      expect(failure.message).to.include('it is at block 4, and block 5 was seen')
    })
  }

  for (const [method, params] of naming.slice(1)) {
    it(`refuses another block in place of the newest one seen: ${method}`, async () => {
      const ledger = await connect(await start(1), { pollMs: HOUR })
      await ledger.request(method, params)
      node(0).forkAt = 5
      const failure = await failureOf(ledger.request(method, params))
      expect(failure.message).to.include('its block 5 differs from the one seen before')
      expect(ledger.endpoints[0]).to.include({ state: 'wrong chain' })
    })
  }

  it('accepts a node that went back if the option allows it', async () => {
    const ledger = await connect(await start(1), { mayGoBack: true })
    await ledger.request('eth_blockNumber')
    node(0).height = 4
    node(0).forkAt = 3
    expect(await ledger.request('eth_blockNumber')).to.equal('0x4')
    expect(await ledger.request('eth_getBlockByNumber', ['0x3', false])).to.include({ hash: hashOf(1003) })
  })

  it('identifies the ledger by the profile, not by the first URL', async () => {
    const urls = await start(2, (it, i) => {
      if (i === 0) it.forkAt = 0
    })
    const ledger = await connect(urls, { genesis: hashOf(0) })
    expect(ledger.endpoints.map(({ state }) => state)).to.deep.equal(['wrong chain', 'ready'])
    const failure = await failureOf(connect(urls, { genesis: hashOf(99) }))
    expect(failure.detail).to.deep.include({ code: 'LEDGER_WRONG_CHAIN', expected: `chain 7, genesis ${hashOf(99)}` })
    expect(failure.message).to.include(`its genesis is ${hashOf(0)}, not ${hashOf(99)}`)
  })

  it('notifies of each head once and in order, also after an outage', async () => {
    const ledger = await connect(await start(1))
    const heads: number[] = []
    ledger.onHead(head => heads.push(head.number))
    await looked(node(0))
    node(0).height = 7
    await until('two heads', () => heads.length === 2)
    node(0).close()
    await until('the first endpoint is down', () => ledger.endpoints[0]?.state === 'down')
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    // After the second failure the node gets no requests, and requests fail at once.
    const begun = Date.now()
    expect((await failureOf(ledger.request('eth_blockNumber'))).code).to.equal('LEDGER_UNREACHABLE')
    expect(Date.now() - begun).to.be.lessThan(100)
    node(0).height = 9
    await node(0).listen()
    await until('four heads', () => heads.length === 4)
    expect(heads).to.deep.equal([6, 7, 8, 9])
    expect(states.map(it => it.state)).to.deep.equal(['ready', 'down', 'ready'])
  })

  it('notices when the node behind the URL is replaced by one with other blocks', async () => {
    const ledger = await connect(await start(1))
    ledger.onHead(() => {})
    await looked(node(0))
    node(0).forkAt = 3
    node(0).height = 6
    await until('the first endpoint is another ledger', () => ledger.endpoints[0]?.state === 'wrong chain')
    expect(ledger.endpoints[0]?.reason).to.match(/does not follow|differs from the one seen|genesis/)
  })

  it('refuses an invalid URL before it sends a request', async () => {
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

  it('sends the credentials of a URL as Basic authentication, and reports no part of them', async () => {
    const url = (await start(1)).replace('http://', 'http://member:secret@')
    const ledger = await connect(url)
    expect(JSON.stringify(ledger.endpoints)).not.to.include('secret')
  })
})

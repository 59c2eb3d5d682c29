/**
 * Somebody who can reach the ledger's port sends what costs the node more than it costs them: filters without end, nested
 * JSON, binary frames and questions about ranges that do not exist. Others must be served, and memory must not grow.
 */
import { once } from 'node:events'
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'
import { until } from '../support/until.ts'

describe('attack: requests to the ledger port', function () {
  this.timeout(90_000)
  let node: TestNode

  before(async () => {
    node = await TestNode.start()
  })
  after(() => node.dispose())

  interface Answer {
    readonly result?: unknown
    readonly error?: { readonly code: number }
  }

  async function post(body: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json' }
    return (await (await fetch(node.rpcUrl, { method: 'POST', headers, body })).json()) as Answer
  }
  const ask = (method: string, ...params: unknown[]) => post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
  const memory = async () => {
    const metrics = await (await fetch(`${node.operatorUrl}/metrics`)).text()
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 2 ** 20
  }
  const isServed = async () => {
    const began = performance.now()
    expect(await ask('eth_chainId')).to.have.property('result')
    return performance.now() - began
  }

  it('filters are bounded, and those of a WebSocket end with it', async () => {
    const socket = new WebSocket(node.rpcUrl.replace('http', 'ws'))
    await once(socket, 'open')
    const answers: Answer[] = []
    const all = Promise.withResolvers<void>()
    socket.onmessage = event => {
      answers.push(JSON.parse(String(event.data)))
      if (answers.length === 150) all.resolve()
    }
    // Binary frames with text, as some clients send them.
    for (let id = 0; id < 150; id++) {
      socket.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_newFilter', params: [{}] })))
    }
    await all.promise
    expect(answers.filter(({ result }) => result !== undefined)).to.have.length(100)
    expect(new Set(answers.map(({ error }) => error?.code))).to.deep.equal(new Set([undefined, -32005]))
    const id = answers.find(({ result }) => result !== undefined)?.result
    expect(await ask('eth_getFilterChanges', id)).to.deep.include({ result: [] })
    const closed = once(socket, 'close')
    socket.close()
    await closed
    // The client can have closed the connection before the server sees the end of it.
    const ended = async () => (await ask('eth_getFilterChanges', id)).error?.code === -32000
    await until('the filters of the connection are gone', ended)
    expect(await isServed()).to.be.below(5_000)
  })

  it('nested and dense JSON is refused before it is parsed', async () => {
    const before = await memory()
    const bodies = ['['.repeat(1_000_000), `[${'[],'.repeat(330_000)}[]]`, '{"a":'.repeat(200_000)]
    const refused = await Promise.all(Array.from({ length: 60 }, (_, i) => post(bodies[i % bodies.length] as string)))
    for (const { error } of refused) expect(error?.code).to.equal(-32700)
    expect((await memory()) - before, 'MB').to.be.below(250)
    expect(await isServed()).to.be.below(5_000)
  })

  it('ranges that are reversed or in the future are errors, and cost nothing', async () => {
    const wrong = [
      { fromBlock: '0x5', toBlock: '0x1' },
      { fromBlock: '0x0', toBlock: '0xfffffffffffff' },
      { fromBlock: '0xfffffffffffff' },
    ]
    const codes = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => (await ask('eth_getLogs', wrong[i % wrong.length])).error?.code),
    )
    expect(new Set(codes)).to.satisfy((found: Set<number>) => [...found].every(code => [-32602, -32005].includes(code)))
    expect(codes).to.include(-32602)
    expect(await isServed()).to.be.below(5_000)
  })
})

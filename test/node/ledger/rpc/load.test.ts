import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect } from 'chai'
import { OverloadedError } from '../../../../node/ledger/fair-queue.ts'
import type { Connection, Ledger } from '../../../../node/ledger/ledger.ts'
import { Load } from '../../../../node/ledger/rpc/load.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import { until } from '../../../support/until.ts'

const MEBIBYTE = 1024 * 1024

/** Answers each request with the given number of bytes after a short time; transactions only when three wait. */
class Talkative implements Ledger {
  underWay = 0
  most = 0
  asked = 0
  bytes = MEBIBYTE
  readonly #sent: (() => void)[] = []

  async request(method: string): Promise<unknown> {
    if (method === 'eth_sendRawTransaction') {
      await new Promise<void>(resolve => {
        this.#sent.push(resolve)
        if (this.#sent.length === 3) for (const each of this.#sent) each()
      })
      return '0x'
    }
    this.asked += 1
    this.underWay += 1
    this.most = Math.max(this.most, this.underWay)
    await new Promise(resolve => setTimeout(resolve, 10))
    this.underWay -= 1
    return 'x'.repeat(this.bytes)
  }

  onHead(): () => void {
    return () => {}
  }

  async close(): Promise<void> {}
}

async function serve() {
  const ledger = new Talkative()
  const server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const post = async (body: unknown): Promise<string> => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: JSON.stringify(body) })).text()
  }
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { ledger, port, post, close }
}

/** A client. */
const connection = (): Connection => ({ destroyed: false })
const ask = (method: string, id = 1) => ({ jsonrpc: '2.0', id, method, params: [] })

describe('ledger over HTTP and WebSocket: limits of load', () => {
  it('executes the requests of a batch one after another, up to 16 MiB of answers', async () => {
    const { ledger, post, close } = await serve()
    const text = await post(Array.from({ length: 100 }, (_, i) => ask('eth_getBlockByNumber', i)))
    const answers = JSON.parse(text) as { id: number; result?: string; error?: { code: number } }[]
    expect(answers.map(each => each.id)).to.deep.equal(Array.from({ length: 100 }, (_, i) => i))
    expect(answers.filter(each => each.result !== undefined).length).to.equal(16)
    expect(new Set(answers.slice(16).map(each => each.error?.code))).to.deep.equal(new Set([-32005]))
    expect([ledger.asked, ledger.most]).to.deep.equal([16, 1])
    close()
  })

  it('transactions of a batch wait for their block together', async () => {
    const { post, close } = await serve()
    const answers = JSON.parse(await post([1, 2, 3].map(id => ask('eth_sendRawTransaction', id))))
    expect(answers.map((each: { result: string }) => each.result)).to.deep.equal(['0x', '0x', '0x'])
    close()
  })

  it('answers many connections, each with a few requests at a time', async () => {
    for (const [method, most] of [
      ['eth_getBlockByNumber', 8],
      ['eth_call', 4],
      ['eth_getLogs', 2],
    ] as const) {
      const { ledger, post, close } = await serve()
      ledger.bytes = 10
      const answers = await Promise.all(Array.from({ length: 30 }, () => post(ask(method))))
      expect(answers.filter(each => each.includes('"result"')).length).to.equal(30)
      expect(ledger.most, method).to.equal(most)
      close()
    }
  })

  it('refuses when a thousand requests wait, and continues after one that fails', async () => {
    const load = new Load({})
    const gate = Promise.withResolvers<void>()
    const connections = Array.from({ length: 12 }, connection)
    const turns = Array.from({ length: 1_008 }, (_, i) =>
      load.turn(connections[i % 12] as Connection, 'eth_blockNumber', async () => {
        await gate.promise
        if (i % 2 === 0) throw new Error('refused')
        return i
      }),
    )
    const settled = Promise.allSettled(turns)
    const ask = (method: string) => load.turn(connection(), method, async () => 1).catch(error => error)
    expect(await ask('eth_blockNumber')).to.be.instanceOf(OverloadedError)
    expect(await ask('eth_call')).to.equal(1)
    expect(await ask('constructor')).to.be.instanceOf(OverloadedError)
    gate.resolve()
    expect((await settled).filter(each => each.status === 'fulfilled').length).to.equal(504)
    expect(await ask('eth_blockNumber')).to.equal(1)
  })

  it('refuses a connection with a hundred requests waiting, and no other', async () => {
    const load = new Load({})
    const gate = Promise.withResolvers<void>()
    const greedy = connection()
    const turn = (from: Connection) => load.turn(from, 'eth_blockNumber', () => gate.promise)
    const turns = Array.from({ length: 108 }, () => turn(greedy))
    expect(await turn(greedy).catch(error => error)).to.be.instanceOf(OverloadedError)
    turns.push(turn(connection()))
    gate.resolve()
    await Promise.all(turns)
  })

  it('does not limit the calls of a ledger that shares its time between connections', async () => {
    const load = new Load({ sharesCalls: true })
    let running = 0
    const never = () => new Promise<void>(() => (running += 1))
    for (let i = 0; i < 20; i++) void load.turn(connection(), 'eth_call', never)
    expect(running).to.equal(20)
  })

  it('closes connections that do not read when too many bytes are unread, the oldest first', () => {
    const load = new Load({})
    const dropped: number[] = []
    const release = [0, 1, 2, 3].map(i => load.countUnread(40 * MEBIBYTE, () => dropped.push(i)))
    expect(dropped).to.deep.equal([0])
    release[1]?.()
    release[1]?.()
    load.countUnread(40 * MEBIBYTE, () => dropped.push(4))
    expect(dropped).to.deep.equal([0])
    load.countUnread(200 * MEBIBYTE, () => dropped.push(5))
    expect(dropped).to.deep.equal([0, 2, 3, 4])
  })

  it('closes connections that never read before their answers fill the memory', async () => {
    const { ledger, port, close } = await serve()
    ledger.bytes = 20 * MEBIBYTE
    const body = JSON.stringify(ask('eth_getBlockByNumber'))
    const head = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'
    let closed = 0
    const sockets = Array.from({ length: 12 }, () => {
      const socket = connect(port, '127.0.0.1').pause()
      socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`)
      socket.on('error', () => {})
      return socket
    })
    await until('all are answered', () => ledger.asked === 12 && ledger.underWay === 0)
    const ended = sockets.map(async socket => {
      let bytes = 0
      socket.on('data', chunk => {
        bytes += chunk.length
        if (bytes > 20 * MEBIBYTE) socket.destroy()
      })
      socket.resume()
      await once(socket, 'close')
      if (bytes < 20 * MEBIBYTE) closed += 1
    })
    await Promise.all(ended)
    expect(closed).to.be.within(5, 7)
    close()
  })
})

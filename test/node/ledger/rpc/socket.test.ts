import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { WebSocketProvider } from 'ethers'
import { createPublicClient, webSocket } from 'viem'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import { serveSockets } from '../../../../node/ledger/rpc/socket.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { deployStore, openLedger, put, SENDER, sign, temporaryDirectory, word } from '../embedded/fixture.ts'

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly code: number }
  readonly params?: { readonly subscription: string; readonly result: Record<string, unknown> }
}

describe('ledger over WebSocket', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger
  let server: Server
  let stop: () => void
  let url: string
  let contract: Hex

  before(async () => {
    ledger = await openLedger(directory.path)
    contract = await deployStore(ledger)
    server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    stop = serveSockets(server, ledger, { random: randomBytes, maxConnections: 3, pingMs: 200 })
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    stop()
    server.closeAllConnections()
    server.close()
    await ledger.close()
    directory.remove()
  })

  const store = async (key: number, value: number) => {
    await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
    const nonce = Number(await ledger.request('eth_getTransactionCount', [SENDER, 'pending']))
    await ledger.request('eth_sendRawTransaction', [await sign({ nonce, to: contract, data: put(key, value) })])
  }

  class Client {
    readonly messages: Message[] = []
    readonly #arrived = new Set<() => void>()

    private constructor(readonly socket: WebSocket) {
      socket.onmessage = event => {
        this.messages.push(JSON.parse(String(event.data)))
        for (const each of this.#arrived) each()
      }
    }

    static async open(): Promise<Client> {
      const socket = new WebSocket(url)
      const client = new Client(socket)
      await once(socket, 'open')
      return client
    }

    async next(wanted: (message: Message) => boolean): Promise<Message> {
      for (;;) {
        const at = this.messages.findIndex(wanted)
        if (at >= 0) return this.messages.splice(at, 1)[0] as Message
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#arrived.add(resolve)
        await promise
      }
    }

    ask(id: number, method: string, params: unknown[] = []): Promise<Message> {
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
      return this.next(message => message.id === id)
    }

    async close(): Promise<void> {
      if (this.socket.readyState === WebSocket.CLOSED) return
      const closed = once(this.socket, 'close')
      this.socket.close()
      await closed
    }
  }

  it('answers like HTTP, requests and batches', async () => {
    const client = await Client.open()
    expect(await client.ask(1, 'eth_chainId')).to.deep.equal({ jsonrpc: '2.0', id: 1, result: '0x539' })
    expect((await client.ask(2, 'eth_nothing')).error?.code).to.equal(-32601)
    expect((await client.ask(3, 'eth_getBalance', ['0x12'])).error?.code).to.equal(-32602)
    client.socket.send('{')
    expect((await client.next(message => message.error !== undefined)).error?.code).to.equal(-32700)
    await client.close()
  })

  it('reads JSON in binary frames, as web3.py sends it', async () => {
    const client = await Client.open()
    client.socket.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })))
    expect(await client.next(message => message.id === 1)).to.deep.equal({ jsonrpc: '2.0', id: 1, result: '0x539' })
    client.socket.send(Buffer.from([0xff, 0x00]))
    expect((await client.next(message => message.error !== undefined)).error?.code).to.equal(-32700)
    await client.close()
  })

  it('sends new heads and matching logs until the client unsubscribes', async () => {
    const client = await Client.open()
    const heads = (await client.ask(1, 'eth_subscribe', ['newHeads'])).result as string
    const ones = (await client.ask(2, 'eth_subscribe', ['logs', { address: contract, topics: [`0x${word(1)}`] }]))
      .result
    await store(7, 1)
    const head = await client.next(message => message.params?.subscription === heads)
    const log = await client.next(message => message.params?.subscription === ones)
    expect(head.params?.result).to.include({ hash: ledger.head.hash }).and.not.have.any.keys('transactions', 'size')
    expect(log.params?.result).to.include({ address: contract, data: `0x${word(7)}`, blockHash: ledger.head.hash })
    await store(8, 2)
    await client.next(message => message.params?.subscription === heads)
    expect((await client.ask(3, 'eth_unsubscribe', [heads])).result).to.equal(true)
    expect((await client.ask(4, 'eth_unsubscribe', [heads])).result).to.equal(false)
    await store(9, 1)
    await client.next(message => message.params?.subscription === ones)
    expect(client.messages).to.deep.equal([])
    await client.close()
  })

  it('answers all requests, also when they are more than it executes at once', async () => {
    const client = await Client.open()
    const nonce = Number(await ledger.request('eth_getTransactionCount', [SENDER, 'pending']))
    const raws = await Promise.all(Array.from({ length: 120 }, (_, i) => sign({ nonce: nonce + i, to: SENDER })))
    raws.forEach((raw, id) => {
      client.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] }))
    })
    for (let id = 120; id < 400; id++) {
      client.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_chainId' }))
    }
    for (let id = 0; id < 400; id++) {
      if (id < 120 && id % 20 === 0)
        await ledger.setClockOffset(ledger.head.timestamp + 2 - Math.floor(Date.now() / 1000))
      expect(await client.next(message => message.id === id)).to.have.property('result')
    }
    await client.close()
    const provider = new WebSocketProvider(url)
    const found = await Promise.all(Array.from({ length: 150 }, (_, i) => provider.getStorage(contract, i)))
    expect(found.length).to.equal(150)
    await provider.destroy()
  })

  it('refuses unknown subscriptions, and too many', async () => {
    const client = await Client.open()
    const codes: unknown[] = []
    for (const params of [[], ['newPendingTransactions'], ['logs', { address: '0x12' }], ['newHeads', 1]]) {
      codes.push((await client.ask(1, 'eth_subscribe', params)).error?.code)
    }
    expect(codes).to.deep.equal([-32602, -32602, -32602, -32602])
    for (const params of [[], [1], ['0x1', 2]]) {
      expect((await client.ask(1, 'eth_unsubscribe', params)).error?.code).to.equal(-32602)
    }
    for (const params of [['logs', null], ['logs'], ['newHeads', {}], ['newHeads', null]]) {
      const { result } = await client.ask(1, 'eth_subscribe', params)
      expect((await client.ask(1, 'eth_unsubscribe', [result])).result, String(params)).to.equal(true)
    }
    for (let i = 0; i < 100; i++) await client.ask(i, 'eth_subscribe', ['newHeads'])
    expect((await client.ask(200, 'eth_subscribe', ['newHeads'])).error?.code).to.equal(-32005)
    await client.close()
    const overHttp = await fetch(url.replace('ws', 'http'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }),
    })
    expect(((await overHttp.json()) as Message).error?.code).to.equal(-32601)
  })

  it('refuses a page, another host name, too many connections and a message that is too long', async () => {
    const statusOf = async (headers: Record<string, string>) => {
      const { request } = await import('node:http')
      const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
      const key = { 'sec-websocket-key': Buffer.alloc(16).toString('base64') }
      const asked = request(url.replace('ws', 'http'), { headers: { ...upgrade, ...key, ...headers } }).end()
      const status = await Promise.race([
        once(asked, 'response').then(([response]) => response.statusCode as number),
        once(asked, 'upgrade').then(([, socket]) => {
          socket.destroy()
          return 101
        }),
      ])
      asked.destroy()
      return status
    }
    expect(await statusOf({})).to.equal(101)
    expect(await statusOf({ origin: 'http://evil.example' })).to.equal(403)
    expect(await statusOf({ origin: url.replace('ws', 'http') })).to.equal(403)
    expect(await statusOf({ host: 'evil.example' })).to.equal(403)
    const clients = await Promise.all([1, 2, 3].map(() => Client.open()))
    expect(await statusOf({})).to.equal(503)
    const [first] = clients as [Client, Client, Client]
    const closed = once(first.socket, 'close')
    first.socket.send('x'.repeat(1024 * 1024 + 1))
    expect(((await closed)[0] as CloseEvent).code).to.equal(1009)
    for (const client of clients) await client.close()
  })

  it('serves the subscriptions of ethers and viem', async () => {
    const provider = new WebSocketProvider(url)
    const blocks: number[] = []
    const both = Promise.withResolvers<void>()
    await provider.on('block', number => {
      blocks.push(number)
      if (blocks.length === 2) both.resolve()
    })
    await provider.getBlockNumber()
    await store(20, 1)
    await store(21, 1)
    await both.promise
    expect(blocks).to.deep.equal([ledger.head.number - 1, ledger.head.number])
    await provider.destroy()

    const client = createPublicClient({ transport: webSocket(url, { keepAlive: false, reconnect: false }) })
    const seen = Promise.withResolvers<bigint>()
    const unwatch = client.watchBlocks({ onBlock: block => seen.resolve(block.number), onError: seen.reject })
    await client.getChainId()
    await store(22, 1)
    expect(await seen.promise).to.equal(BigInt(ledger.head.number))
    unwatch()
    const rpc = await client.transport.getRpcClient()
    rpc.close()
  })
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { EndpointReport } from '../../../node/ledger/remote/endpoint.ts'
import { connectLedger, type RemoteLedger, type RemoteLedgerOptions } from '../../../node/ledger/remote/remote.ts'

/** A JSON-RPC answer of more than 64 MiB. */
function* endless() {
  yield '{"jsonrpc":"2.0","id":1,"result":"'
  for (let i = 0; i < 65; i++) yield Buffer.alloc(1024 * 1024, 'a')
  yield '"}'
}

export const hashOf = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const

/** A node of an invented chain, which a test can let fail in every way. */
export class FakeNode {
  height = 5
  chainId = 7
  /** Blocks from this one on have other hashes. */
  forkAt = Number.POSITIVE_INFINITY
  syncing: unknown = false
  /** Blocks that it claims to have beyond those it has. */
  claims = 0
  mode: 'up' | 'silent' | 'http 500' | 'http 413' | 'busy' | 'nonsense' | 'hang up' = 'up'
  asked: string[] = []
  /** How many connections it closes before it answers again. */
  hiccups = 0
  /** Replaces its answers to `eth_sendRawTransaction` and `eth_call`. */
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
        return { result: quantity(this.height + this.claims) }
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

/** Ledgers by URL over such nodes, and the states that they reported. */
export class RemoteScene {
  /** Those of the last connection, in order. */
  readonly states: EndpointReport[] = []
  readonly #nodes: FakeNode[] = []
  readonly #ledgers: RemoteLedger[] = []

  /** @returns their URLs */
  readonly start = async (count: number, adjust: (node: FakeNode, i: number) => void = () => {}): Promise<string> => {
    const urls: string[] = []
    for (let i = 0; i < count; i++) {
      const node = new FakeNode()
      adjust(node, i)
      this.#nodes.push(node)
      urls.push(await node.listen())
    }
    return urls.join(',')
  }

  readonly connect = async (urls: string, options: RemoteLedgerOptions = {}): Promise<RemoteLedger> => {
    this.states.length = 0
    const onState = (report: EndpointReport) => void this.states.push(report)
    const ledger = await connectLedger(urls, { chainId: 7, timeoutMs: 600, pollMs: 10, onState, ...options })
    this.#ledgers.push(ledger)
    return ledger
  }

  readonly node = (i: number): FakeNode => this.#nodes.at(i) as FakeNode

  async end(): Promise<void> {
    for (const ledger of this.#ledgers.splice(0)) await ledger.close()
    for (const node of this.#nodes.splice(0)) node.close()
  }
}

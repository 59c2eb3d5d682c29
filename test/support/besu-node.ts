/** One node of a Besu stand-in: its HTTP server, what it shows of the chain, and its faults. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { LedgerError } from '../../node/ledger/errors.ts'
import { toQuantity } from '../../node/lib/bytes.ts'
import { type BesuChain, BesuError, invalidParams } from './besu-chain.ts'

/** Besu's defaults. */
const MAX_CONNECTIONS = 80
const MAX_BATCH = 1024
const MAX_LOG_RANGE = 5_000

export type BesuFault =
  | 'none'
  /** It takes connections and requests, and answers nothing. */
  | 'frozen'
  /** Each answer takes `delayMs`. */
  | 'slow'
  /** It answers, but gets no new blocks. */
  | 'behind'
  /** Its connections are used up by others: new ones are closed at once. */
  | 'full'
  /** A proxy before it limits requests. */
  | 'busy'

interface Request {
  readonly id?: unknown
  readonly method?: string
  readonly params?: readonly unknown[]
}

/** Where each method has its block. */
const BLOCK_PARAM: Readonly<Record<string, number>> = {
  eth_getBlockByNumber: 0,
  eth_getBlockReceipts: 0,
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
  eth_getProof: 2,
}

export class BesuNode {
  url = ''
  delayMs = 3_000
  maxConnections = MAX_CONNECTIONS
  /** How often each method was asked. */
  readonly asked = new Map<string, number>()
  refused = 0
  mostConnections = 0
  #fault: BesuFault = 'none'
  #stuckAt: number | undefined
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  constructor(private readonly chain: BesuChain) {}

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response))
    server.on('connection', socket => this.#connected(socket))
    server.listen(this.url === '' ? 0 : Number(new URL(this.url).port), '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** Its process is gone. `listen` starts it again. */
  close(): void {
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  get fault(): BesuFault {
    return this.#fault
  }

  set fault(fault: BesuFault) {
    this.#stuckAt = fault === 'behind' ? this.height : undefined
    this.#fault = fault
    if (fault === 'full') for (const socket of this.#sockets) socket.destroy()
  }

  /** The newest block that it has. */
  get height(): number {
    return Math.min(this.#stuckAt ?? Number.POSITIVE_INFINITY, this.chain.height)
  }

  #connected(socket: Socket): void {
    if (this.#fault === 'full') return void socket.destroy()
    if (this.#sockets.size >= this.maxConnections) {
      this.refused += 1
      return void socket.destroy()
    }
    this.#sockets.add(socket)
    this.mostConnections = Math.max(this.mostConnections, this.#sockets.size)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request).catch(() => undefined)) as Request | readonly Request[] | undefined
    if (this.#fault === 'frozen') return
    if (this.#fault === 'busy') return void response.writeHead(429).end('Too Many Requests')
    if (this.#fault === 'slow') await setTimeout(this.delayMs)
    const answer = Array.isArray(body) ? await this.#batch(body) : await this.#one((body ?? {}) as Request)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer))
  }

  #batch(requests: readonly Request[]): Promise<unknown> {
    if (requests.length > MAX_BATCH) {
      const error = { code: -32005, message: 'Number of requests exceeds max batch size' }
      return Promise.resolve({ jsonrpc: '2.0', id: null, error })
    }
    return Promise.all(requests.map(each => this.#one(each)))
  }

  async #one({ id = null, method = '', params = [] }: Request): Promise<object> {
    this.asked.set(method, (this.asked.get(method) ?? 0) + 1)
    try {
      return { jsonrpc: '2.0', id, result: await this.#answer(method, params) }
    } catch (error) {
      if (error instanceof BesuError) {
        const { code, message, data } = error
        return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } }
      }
      if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_RPC') {
        return { jsonrpc: '2.0', id, error: { code: -32603, message: 'Internal error' } }
      }
      const { rpcCode, rpcMessage, data } = error.detail
      const message = rpcCode === 3 ? 'Execution reverted' : rpcMessage
      return { jsonrpc: '2.0', id, error: { code: rpcCode, message, ...(data === undefined ? {} : { data }) } }
    }
  }

  async #answer(method: string, params: readonly unknown[]): Promise<unknown> {
    const { ledger } = this.chain
    switch (method) {
      case 'eth_blockNumber':
        return toQuantity(this.height)
      case 'eth_syncing':
        return false
      case 'eth_gasPrice':
        return '0x0'
      case 'web3_clientVersion':
        return 'besu/v26.4-dev-3fd224e2/linux-x86_64/openjdk-java-25'
      case 'eth_sendRawTransaction':
        return this.chain.take(params[0] as `0x${string}`)
      case 'eth_getLogs':
        return ledger.request(method, [this.#logFilter(params[0])])
      case 'eth_getTransactionReceipt':
      case 'eth_getTransactionByHash':
      case 'eth_getBlockByHash':
        return this.#unlessUnseen(await ledger.request(method, params))
      case 'eth_getTransactionCount': {
        const used = Number(await ledger.request(method, this.#atBlock(method, params)))
        return toQuantity(params[1] === 'pending' ? used + this.chain.pooledOf(String(params[0])) : used)
      }
      case 'eth_getProof':
        return besuProof(await this.#atHeight(method, params))
      case 'eth_chainId':
      case 'net_version':
        return ledger.request(method, params)
      default:
        if (!(method in BLOCK_PARAM)) throw new BesuError(-32601, 'Method not found')
        return this.#atHeight(method, params)
    }
  }

  /** Besu answers null for a block that it does not have. */
  async #atHeight(method: string, params: readonly unknown[]): Promise<unknown> {
    const tag = params[BLOCK_PARAM[method] as number]
    if (tag === 'finalized' || tag === 'safe') throw new BesuError(-39001, 'Unknown block')
    if (typeof tag === 'string' && tag.startsWith('0x') && Number(tag) > this.height) return null
    return this.chain.ledger.request(method, this.#atBlock(method, params))
  }

  #atBlock(method: string, params: readonly unknown[]): unknown[] {
    const at = BLOCK_PARAM[method] as number
    const tag = params[at]
    const named = tag === undefined || tag === 'latest' || tag === 'pending' ? toQuantity(this.height) : tag
    const all = [...params]
    all[at] = named
    return all
  }

  #logFilter(given: unknown): object {
    const filter = (given ?? {}) as { fromBlock?: string; toBlock?: string }
    const numberOf = (tag: string | undefined) =>
      tag === undefined || !tag.startsWith('0x') ? this.height : Number(tag)
    const [from, to] = [numberOf(filter.fromBlock), numberOf(filter.toBlock)]
    if (from > to || to > this.height) throw invalidParams()
    if (to - from > MAX_LOG_RANGE) {
      throw new BesuError(-32005, 'Requested range exceeds maximum RPC range limit')
    }
    return { ...filter, fromBlock: toQuantity(from), toBlock: toQuantity(to) }
  }

  #unlessUnseen(answer: unknown): unknown {
    const { blockNumber, number } = (answer ?? {}) as { blockNumber?: string; number?: string }
    const block = blockNumber ?? number
    return block !== undefined && Number(block) > this.height ? null : answer
  }
}

/** Sorted by key, each key once. */
function besuProof(answer: unknown): unknown {
  if (answer === null) return null
  const { storageProof, ...rest } = answer as { storageProof: { key: string }[] }
  const byKey = new Map(storageProof.map(each => [BigInt(each.key), each]))
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
  return { ...rest, storageProof: sorted }
}

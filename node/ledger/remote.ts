import { z } from 'zod'
import type { Hex } from '../lib/bytes.ts'
import { LedgerError } from './errors.ts'
import type { Ledger, LedgerHead } from './ledger.ts'

export interface RemoteLedgerOptions {
  /** Refuses an endpoint of another chain. */
  readonly chainId?: number
  /** For one request (default 10 s). Too short for a node that answers a transaction with its block is too short. */
  readonly timeoutMs?: number
  /** Between two looks for a new head (default 1 s). */
  readonly pollMs?: number
}

/** No answer is longer; a longer one is not read. */
const MAX_ANSWER = 64 * 1024 * 1024

const envelope = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.string(), z.null()]),
  result: z.unknown().optional(),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }).optional(),
})

const hex = z.string().regex(/^0x[0-9a-fA-F]+$/)
const quantity = hex.transform(Number).pipe(z.int())
const headBlock = z.object({ number: quantity, hash: hex, timestamp: quantity })

/**
 * A ledger by URL, over JSON-RPC and HTTP: another Dojang node, Hardhat, or a consortium's QBFT node.
 * @throws {LedgerError} LEDGER_UNREACHABLE, LEDGER_RPC, LEDGER_WRONG_CHAIN
 */
export async function connectLedger(url: string, options: RemoteLedgerOptions = {}): Promise<Ledger> {
  const ledger = new RemoteLedger(url, options.timeoutMs ?? 10_000, options.pollMs ?? 1_000)
  const answer = quantity.safeParse(await ledger.request('eth_chainId'))
  const actual = answer.success ? String(answer.data) : 'none'
  if (!answer.success || (options.chainId !== undefined && options.chainId !== answer.data)) {
    const detail = { code: 'LEDGER_WRONG_CHAIN', expected: String(options.chainId ?? 'any'), actual } as const
    throw new LedgerError(detail, `the endpoint serves chain ${actual}, not ${detail.expected}: correct the URL`)
  }
  return ledger
}

class RemoteLedger implements Ledger {
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #closed = new AbortController()
  #timer: NodeJS.Timeout | undefined
  /** The last head told of; undefined until first looked. */
  #told: number | undefined
  #lastId = 0

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
    private readonly pollMs: number,
  ) {}

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const id = ++this.#lastId
    const answer = await this.#post(method, JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    if (answer.error !== undefined) throw refused(method, answer.error)
    if (answer.id !== id) throw unreachable(method, 'the answer belongs to another request')
    return answer.result ?? null
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    if (this.#timer === undefined) void this.#poll()
    return () => this.#listeners.delete(own)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  async #post(method: string, body: string): Promise<z.output<typeof envelope>> {
    const headers = { 'content-type': 'application/json' }
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(this.timeoutMs)])
    let text: string
    let status: number
    try {
      const response = await fetch(this.url, { method: 'POST', headers, body, signal, redirect: 'error' })
      status = response.status
      text = await readText(response)
    } catch (cause) {
      throw unreachable(method, signal.aborted ? 'no answer in time' : 'no connection', cause)
    }
    const parsed = envelope.safeParse(parseJson(text))
    if (!parsed.success) throw unreachable(method, `HTTP ${status} without a JSON-RPC answer`)
    return parsed.data
  }

  async #poll(): Promise<void> {
    this.#timer = setTimeout(() => void this.#poll(), this.pollMs)
    if (this.#listeners.size === 0) return
    // A failed look is no event: the next one starts where this one stopped.
    await this.#look().catch(() => {})
  }

  async #look(): Promise<void> {
    const newest = quantity.parse(await this.request('eth_blockNumber'))
    this.#told ??= newest
    for (let number = this.#told + 1; number <= newest && !this.#closed.signal.aborted; number++) {
      const block = headBlock.parse(await this.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]))
      // Another look may have been faster.
      if (this.#told !== number - 1) return
      this.#told = number
      const head: LedgerHead = { number, hash: block.hash as Hex, timestamp: block.timestamp }
      for (const listener of this.#listeners) listener(head)
    }
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > MAX_ANSWER) throw new RangeError('the answer is too long')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refused(method: string, error: { code: number; message: string; data?: unknown }): LedgerError {
  const detail = { code: 'LEDGER_RPC', method, rpcCode: error.code, rpcMessage: error.message } as const
  const data = revertData(error.data)
  return new LedgerError(data === undefined ? detail : { ...detail, data }, `${method}: ${error.message}`)
}

/** geth and Besu send the revert data itself, Hardhat wraps it. */
function revertData(data: unknown): string | undefined {
  if (typeof data === 'string') return data
  const inner = (data as { data?: unknown } | null | undefined)?.data
  return typeof inner === 'string' ? inner : undefined
}

function unreachable(method: string, why: string, cause?: unknown): LedgerError {
  const message = `${method}: ${why}; check that the ledger's node runs and the URL is right`
  return new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, message, { cause })
}

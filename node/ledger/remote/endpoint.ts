import { z } from 'zod'
import type { Hex } from '../../lib/bytes.ts'
import { LedgerError } from '../errors.ts'
import { createAgents, EndpointFailure, type EndpointTrouble, post } from './http.ts'
import type { SeenBlocks } from './seen-blocks.ts'

/** The state of an endpoint for logs: host and port, never the rest of its URL. */
export interface EndpointReport {
  readonly endpoint: string
  readonly state: 'ready' | 'not asked yet' | EndpointTrouble
  readonly reason: string
}

/**
 * The identity of the ledger, which all endpoints must share. Unknown members are set by the first endpoint that
 * answers.
 */
export interface Identity {
  chainId: number | undefined
  genesis: Hex | undefined
}

/** The facts that an endpoint is compared with. */
export interface EndpointExpectations {
  readonly identity: Identity
  /** Undefined: the endpoint may lack blocks that were seen. */
  readonly seen: SeenBlocks | undefined
}

export interface Asking {
  /** Repeat the check, because another endpoint was used in between. */
  readonly again: boolean
  readonly signal: AbortSignal
}

/** After a failure the endpoint gets no request for this time (ms), which doubles with each further failure. */
const BACK_OFF = { first: 250, most: 2_000 } as const
/** An endpoint that has lacked a block for this time (ms), while another one had it, is behind. */
const BEHIND_MS = 900

const hex = z.string().regex(/^0x[0-9a-fA-F]+$/)
const quantity = hex.transform(Number).pipe(z.int())
const block = z.object({
  number: quantity,
  hash: hex.transform(it => it.toLowerCase() as Hex),
  parentHash: hex.transform(it => it.toLowerCase() as Hex),
  timestamp: quantity,
})
export type HeadBlock = z.output<typeof block>

/** One node of the ledger, by URL. */
export class Endpoint {
  readonly name: string
  readonly #url: URL
  readonly #headers: Record<string, string> = {}
  #state: EndpointReport['state'] = 'not asked yet'
  #reason = ''
  #failures = 0
  #wasInterrupted = false
  #retryAt = 0
  #lastId = 0
  #checking: Promise<void> | undefined
  #height = -1
  /** The block that it lacks, and since when. */
  #lag: { readonly block: number; readonly since: number } | undefined
  readonly #agents = createAgents()

  constructor(
    url: string,
    private readonly options: {
      readonly timeoutMs: number
      readonly closed: AbortSignal
      readonly onState: (report: EndpointReport) => void
    },
  ) {
    this.#url = new URL(url)
    this.name = this.#url.host
    const { username, password } = this.#url
    if (username !== '') {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
      this.#headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
      this.#url.username = ''
      this.#url.password = ''
    }
  }

  get report(): EndpointReport {
    return { endpoint: this.name, state: this.#state, reason: this.#reason }
  }

  /** False during the back-off after a failure. */
  get isUsable(): boolean {
    return this.#state === 'ready' || performance.now() >= this.#retryAt
  }

  /** The endpoint worked until a connection was lost or an answer was invalid, and has had no request since. */
  get wasInterrupted(): boolean {
    return this.#wasInterrupted
  }

  /** The newest block that it had at the last look; -1 if it was never asked. */
  get height(): number {
    return this.#height
  }

  /** Whether it can be used, as far as is known without asking it. */
  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** @param newest the newest block that any endpoint has */
  isBehind(newest: number): boolean {
    const now = performance.now()
    if (this.#lag && this.#height >= this.#lag.block) this.#lag = undefined
    if (this.#height < newest) this.#lag ??= { block: newest, since: now }
    return this.#lag !== undefined && now - this.#lag.since >= BEHIND_MS
  }

  /** Another endpoint, which was asked later, answered first. It stays usable, for the case that no other one is left. */
  overtaken(): void {
    this.#enter('slow', 'another node, which was asked later, answered first')
  }

  /**
   * Sends a request to the node, after checking that the node serves this ledger and has its newest block.
   * @throws {EndpointFailure} the outcome of the request is unknown
   * @throws {LedgerError} LEDGER_RPC: the node answered with an error
   */
  async request(
    method: string,
    params: readonly unknown[],
    expected: EndpointExpectations,
    { again, signal }: Asking,
  ): Promise<unknown> {
    if (!this.isReady || again) await this.check(expected)
    return await this.ask(method, params, signal)
  }

  /** @throws {EndpointFailure} if it cannot be used */
  check(expected: EndpointExpectations): Promise<void> {
    this.#checking ??= this.#check(expected).finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  /** Sends a request without the check. */
  async ask(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#lastId
    const { timeoutMs, closed } = this.options
    const aborted = signal ? AbortSignal.any([closed, signal]) : closed
    const connection = { url: this.#url, agents: this.#agents, headers: this.#headers }
    const answer = await post({ ...connection, method, params, id, timeoutMs, aborted })
    if (answer.error) throw refused(method, answer.error)
    return answer.result ?? null
  }

  failed({ trouble, reason }: EndpointFailure): void {
    if (this.options.closed.aborted) return
    // Several concurrent requests that fail for the same reason count as one failure.
    if (trouble === this.#state && !this.isUsable) return
    this.#wasInterrupted = this.#state === 'ready' && (trouble === 'down' || trouble === 'failing')
    this.#retryAt = performance.now() + Math.min(BACK_OFF.most, BACK_OFF.first * 2 ** this.#failures)
    this.#failures += 1
    this.#enter(trouble, reason)
  }

  /** Asks for its newest block, and remembers it. */
  async blockNumber(): Promise<number> {
    return this.noteHeight(await this.#parsed(quantity, 'eth_blockNumber', []))
  }

  noteHeight(height: number): number {
    this.#height = height
    return height
  }

  /** Asks for its newest block. That it lacks the newest one seen is no failure, unless it was behind. Records failures. */
  async look({ identity, seen }: EndpointExpectations): Promise<void> {
    try {
      if (!this.isReady) await this.#check({ identity, seen: this.#state === 'behind' ? seen : undefined })
      await this.blockNumber()
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error
      this.failed(error)
    }
  }

  close(): void {
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  block(number: number): Promise<HeadBlock> {
    return this.#parsed(block, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
  }

  async #check({ identity, seen }: EndpointExpectations): Promise<void> {
    const chainId = await this.#parsed(quantity, 'eth_chainId', [])
    if (identity.chainId !== undefined && chainId !== identity.chainId) {
      throw new EndpointFailure('wrong chain', `it serves chain ${chainId}, not ${identity.chainId}`)
    }
    const genesis = (await this.block(0)).hash
    if (identity.genesis !== undefined && genesis !== identity.genesis) {
      throw new EndpointFailure('wrong chain', `its genesis is ${genesis}, not ${identity.genesis}`)
    }
    const syncing = await this.#syncing()
    if (syncing !== null) throw new EndpointFailure('syncing', syncing)
    if (seen !== undefined) await this.#checkHead(seen)
    identity.chainId = chainId
    identity.genesis = genesis
    this.#failures = 0
    this.#wasInterrupted = false
    this.#enter('ready', '')
  }

  async #checkHead(seen: SeenBlocks): Promise<void> {
    const { block } = seen
    const height = await this.blockNumber()
    // The present value, since newer blocks may have been seen meanwhile.
    if (height < seen.height) throw behind(height, seen.height)
    if (block !== undefined && (await this.block(block.number)).hash !== block.hash) {
      throw otherBlock(block.number)
    }
  }

  /** Null if the node is not syncing, otherwise its progress. Engines without the method do not sync. */
  async #syncing(): Promise<string | null> {
    const answer = await this.ask('eth_syncing', []).catch(error => {
      if (error instanceof LedgerError) return false
      throw error
    })
    if (answer === false || answer === null) return null
    const progress = z.object({ currentBlock: quantity, highestBlock: quantity }).safeParse(answer)
    if (!progress.success) return 'it is still fetching blocks'
    return `it has block ${progress.data.currentBlock} of ${progress.data.highestBlock}`
  }

  async #parsed<T extends z.ZodType>(schema: T, method: string, params: readonly unknown[]): Promise<z.output<T>> {
    const parsed = schema.safeParse(await this.ask(method, params).catch(asFailure))
    if (!parsed.success) throw new EndpointFailure('failing', `its answer to ${method} is invalid`)
    return parsed.data
  }

  #enter(state: EndpointReport['state'], reason: string): void {
    const changed = state !== this.#state
    this.#state = state
    this.#reason = reason
    if (changed) this.options.onState(this.report)
  }
}

export const behind = (height: number, seen: number) =>
  new EndpointFailure('behind', `it is at block ${height}, and block ${seen} was seen`)

export const otherBlock = (number: number) =>
  new EndpointFailure('wrong chain', `its block ${number} differs from the one seen before`)

/** A node that refuses a basic request cannot be used. */
function asFailure(error: unknown): never {
  if (!(error instanceof LedgerError)) throw error
  throw new EndpointFailure('failing', error.message)
}

function refused(method: string, error: { code: number; message: string; data?: unknown }): LedgerError {
  const detail = { code: 'LEDGER_RPC', method, rpcCode: error.code, rpcMessage: error.message } as const
  const data = revertData(error.data)
  return new LedgerError(data === undefined ? detail : { ...detail, data }, `${method}: ${error.message}`)
}

/**
 * The revert data of an error. geth and Besu send the data itself, and Hardhat wraps it. Other errors have text, a
 * transaction's hash or other data, which must not count as revert data.
 */
function revertData(data: unknown): string | undefined {
  const hex = typeof data === 'string' ? data : (data as { data?: unknown } | null | undefined)?.data
  return typeof hex === 'string' && /^0x(?:[0-9a-fA-F]{2})*$/.test(hex) ? hex : undefined
}

import type { Hex } from '../../lib/bytes.ts'
import { sleep } from '../../lib/time.ts'
import { LedgerError } from '../errors.ts'
import type { Ledger, LedgerHead } from '../ledger.ts'
import { behind, Endpoint, type EndpointExpectations, type EndpointReport, otherBlock } from './endpoint.ts'
import { EndpointFailure } from './http.ts'
import { headIn, quantityOf, SeenBlocks } from './seen-blocks.ts'

export interface RemoteLedgerOptions {
  /** Refuses an endpoint of another chain. */
  readonly chainId?: number
  /** Hash of block 0, from the profile. Without it, the first endpoint that answers determines the ledger. */
  readonly genesis?: Hex
  /** Allows the ledger to go back to an earlier block. A follower needs this, since it compares the blocks itself. */
  readonly mayGoBack?: boolean
  /**
   * For one request (default: 10 s). It must be long enough for a node that answers when a block has the transaction.
   */
  readonly timeoutMs?: number
  /** Between two polls for a new head (default: 1 s). */
  readonly pollMs?: number
  /** Called when the state of an endpoint changes. */
  readonly onState?: (report: EndpointReport) => void
}

/** A ledger run by others. */
export interface RemoteLedger extends Ledger {
  /** The state of each endpoint, in the given order. */
  readonly endpoints: readonly EndpointReport[]
}

/**
 * Connects to a ledger by URL, over JSON-RPC and HTTP: another Dojang node, Hardhat, or a consortium's QBFT nodes. With
 * several endpoints, one is used as long as it answers. If it fails, the next endpoint is used that serves the same
 * ledger and has the newest block seen, which is the newest that an answer named or a poll found. Therefore no answer
 * contradicts a block, receipt or log that was returned before, and the same signed bytes may be sent to each endpoint.
 * @param urls one, or several separated by commas, in order of preference
 * @throws {LedgerError} LEDGER_UNREACHABLE, LEDGER_WRONG_CHAIN
 */
export async function connectLedger(urls: string, options: RemoteLedgerOptions = {}): Promise<RemoteLedger> {
  const list = urls.split(',')
  const wrong = list.findIndex(url => !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
  if (wrong >= 0) {
    const reason = 'its URL does not start with http:// or https://'
    const nodes = [{ state: 'down', reason }]
    throw new LedgerError(
      { code: 'LEDGER_UNREACHABLE', method: 'eth_chainId', nodes },
      `Node ${wrong + 1} of the ledger cannot be used: ${reason}. Correct the URL.`,
    )
  }
  const ledger = new Remote(list, options)
  try {
    await ledger.connect()
    return ledger
  } catch (error) {
    await ledger.close()
    const { endpoints } = ledger
    if (!endpoints.every(({ state }) => state === 'wrong chain')) throw error
    const actual = endpoints.map(({ reason }) => reason).join('; ')
    const expected = `chain ${options.chainId ?? 'any'}, genesis ${options.genesis ?? 'any'}`
    throw new LedgerError(
      { code: 'LEDGER_WRONG_CHAIN', expected, actual },
      `The URL is of another ledger: ${describe(endpoints)}. Correct the URL.`,
    )
  }
}

/** @param again another endpoint was used since */
type Ask<T> = (endpoint: Endpoint, again: boolean) => Promise<T>

/** Longer than the back-off of an endpoint after its first failure. */
const RETRY_MS = 300

/** Uses one endpoint until it fails, and never goes back to an older block (docs/decisions/025). */
class Remote implements RemoteLedger {
  readonly #endpoints: readonly Endpoint[]
  readonly #expected: EndpointExpectations
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #closed = new AbortController()
  readonly #pollMs: number
  #current = 0
  #timer: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  /** The last head that listeners received; undefined before the first poll. */
  #lastNotified: LedgerHead | undefined

  constructor(urls: readonly string[], options: RemoteLedgerOptions) {
    const { chainId, genesis, mayGoBack = false, timeoutMs = 10_000, pollMs = 1_000, onState } = options
    this.#expected = { identity: { chainId, genesis }, seen: mayGoBack ? undefined : new SeenBlocks() }
    this.#pollMs = pollMs
    const shared = { timeoutMs, closed: this.#closed.signal, onState: onState ?? (() => {}) }
    this.#endpoints = urls.map(url => new Endpoint(url, shared))
  }

  async connect(): Promise<void> {
    await this.request('eth_chainId')
    void this.#poll()
  }

  get endpoints(): readonly EndpointReport[] {
    return this.#endpoints.map(({ report }) => report)
  }

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const answer = await this.#withEndpoint(method, (endpoint, again) => this.#ask(endpoint, method, params, again))
    // A receipt shows that there is a new block, so listeners need not wait for the next poll.
    if (method === 'eth_getTransactionReceipt' && answer !== null && this.#listeners.size > 0) void this.#pollNow()
    return answer
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    this.#timer?.ref()
    return () => this.#listeners.delete(own)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  /**
   * Runs the body with the endpoint in use, or with the next one that works, which then becomes the one in use. If no
   * endpoint works and one failed only because of a lost connection or an overload, that one is tried once more.
   */
  async #withEndpoint<T>(method: string, body: Ask<T>): Promise<T> {
    let round = await this.#askEach(body)
    if ('cause' in round && round.wasInterrupted) {
      await sleep(RETRY_MS, this.#closed.signal)
      round = await this.#askEach(body)
    }
    if ('cause' in round) throw this.#unreachable(method, round.cause)
    return round.result
  }

  /** Tries each endpoint once, until one works. */
  async #askEach<T>(body: Ask<T>): Promise<{ result: T } | { cause: unknown; wasInterrupted: boolean }> {
    let cause: unknown
    let wasInterrupted = false
    const count = this.#endpoints.length
    const first = this.#current
    for (let step = 0; step < count && !this.#closed.signal.aborted; step++) {
      const at = (first + step) % count
      const endpoint = this.#endpoints[at] as Endpoint
      if (!endpoint.isUsable) {
        wasInterrupted ||= endpoint.wasInterrupted
        continue
      }
      try {
        const result = await body(endpoint, at !== this.#current)
        // A slow request does not overwrite what other requests have set meanwhile.
        if (this.#current === first) this.#current = at
        return { result }
      } catch (error) {
        if (!(error instanceof EndpointFailure)) throw error
        endpoint.failed(error)
        cause = error
        wasInterrupted ||= endpoint.wasInterrupted
      }
    }
    return { cause, wasInterrupted }
  }

  async #ask(endpoint: Endpoint, method: string, params: readonly unknown[], again: boolean): Promise<unknown> {
    const { seen } = this.#expected
    const before = seen?.height ?? -1
    const answer = await endpoint.request(method, params, this.#expected, again)
    const height = headIn(method, params, answer)
    if (height !== undefined && height < before) throw behind(height, before)
    const other = seen?.findConflict(answer)
    if (other !== undefined) throw otherBlock(other.number)
    seen?.noteAnswer(method, answer)
    return answer
  }

  async #poll(): Promise<void> {
    this.#timer = setTimeout(() => void this.#poll(), this.#pollMs)
    // Without listeners the timer does not keep the process alive.
    if (this.#listeners.size === 0) this.#timer.unref()
    if (this.#listeners.size > 0 || this.#expected.seen !== undefined) await this.#pollNow()
  }

  /** Polls once at a time. A failed poll has no effect; the next one continues where it stopped. */
  #pollNow(): Promise<void> {
    this.#polling ??= this.#pollHead()
      .catch(() => {})
      .finally(() => {
        this.#polling = undefined
      })
    return this.#polling
  }

  #pollHead(): Promise<void> {
    return this.#withEndpoint('eth_blockNumber', async (endpoint, again) => {
      const newest = quantityOf(await this.#ask(endpoint, 'eth_blockNumber', [], again))
      if (newest === undefined) throw new EndpointFailure('failing', 'its answer to eth_blockNumber is invalid')
      await this.#notify(endpoint, newest)
    })
  }

  async #notify(endpoint: Endpoint, newest: number): Promise<void> {
    const first = this.#lastNotified ?? (await endpoint.block(newest))
    this.#lastNotified ??= first
    this.#expected.seen?.update(first)
    if (newest < first.number) throw behind(newest, first.number)
    for (let number = first.number + 1; number <= newest && !this.#closed.signal.aborted; number++) {
      const { parentHash, ...head } = await endpoint.block(number)
      // Another poll may have been faster.
      if (this.#lastNotified.number !== number - 1) return
      if (parentHash !== this.#lastNotified.hash) {
        throw new EndpointFailure(
          'wrong chain',
          `its block ${number} does not follow block ${number - 1}, which was seen before`,
        )
      }
      this.#lastNotified = head
      this.#expected.seen?.update(head)
      for (const listener of this.#listeners) listener(head)
    }
  }

  #unreachable(method: string, cause: unknown): LedgerError {
    const nodes = this.endpoints.map(({ state, reason }) => ({ state, reason }))
    return new LedgerError(
      { code: 'LEDGER_UNREACHABLE', method, nodes },
      `${method}: no node of the ledger answers (${describe(nodes)}). Check that a node runs and that the URL is right.`,
      { cause },
    )
  }
}

/** Numbers the nodes in the given order, because the message must not reveal their URLs. */
const describe = (nodes: readonly Pick<EndpointReport, 'state' | 'reason'>[]): string =>
  nodes.map(({ state, reason }, i) => `node ${i + 1} is ${state}${reason && `: ${reason}`}`).join('; ')

import { type Hex, quantityOf } from '../../lib/bytes.ts'
import { sleep } from '../../lib/time.ts'
import { LedgerError } from '../errors.ts'
import type { Ledger, LedgerHead } from '../ledger.ts'
import {
  type Asking,
  behind,
  Endpoint,
  type EndpointExpectations,
  type EndpointReport,
  otherBlock,
} from './endpoint.ts'
import { Heads } from './heads.ts'
import { askInTurn, isRepeatable, type Round } from './hedge.ts'
import { EndpointFailure } from './http.ts'
import { headIn, SeenBlocks } from './seen-blocks.ts'
import { Slots } from './slots.ts'
import { describeNodes, unreachable } from './unreachable.ts'

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
  /** Between two polls for a new head (default: 1 s). While a transaction waits for its block, polls are more frequent. */
  readonly pollMs?: number
  /** Without an answer for this time, a second endpoint is asked too (default: 1.5 s). */
  readonly hedgeMs?: number
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
 * several endpoints, one is used as long as it answers in time and has the newest blocks. Otherwise the next endpoint is
 * used that serves the same ledger and has the newest block seen, which is the newest that an answer named or a poll found.
 * Therefore no answer contradicts a block, receipt or log that was returned before, and the same signed bytes may be sent
 * to each endpoint.
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
      `The URL is of another ledger: ${describeNodes(endpoints)}. Correct the URL.`,
    )
  }
}

type Ask<T> = (endpoint: Endpoint, asking: Asking) => Promise<T>

/** Longer than the back-off of an endpoint after its first failure. */
const RETRY_MS = 300
/** Requests at a time. More would not be faster, and a node refuses connections beyond its limit. */
const MAX_REQUESTS = 16
/** Milliseconds between two polls while a transaction waits for its block, and how long after the last sign of one. */
const EAGER = { pollMs: 100, forMs: 3_000 } as const

/** Uses one endpoint until it fails or is left behind, and never goes back to an older block (docs/decisions/025). */
class Remote implements RemoteLedger {
  readonly #endpoints: readonly Endpoint[]
  readonly #expected: EndpointExpectations
  readonly #heads: Heads
  readonly #closed = new AbortController()
  readonly #slots = new Slots(MAX_REQUESTS)
  readonly #pollMs: number
  readonly #hedgeMs: number
  #current: Endpoint
  #timer: NodeJS.Timeout | undefined
  #eagerUntil = 0
  #comparedAt = 0
  #polling: Promise<void> | undefined

  constructor(urls: readonly string[], options: RemoteLedgerOptions) {
    const {
      chainId,
      genesis,
      mayGoBack = false,
      timeoutMs = 10_000,
      pollMs = 1_000,
      hedgeMs = 1_500,
      onState,
    } = options
    this.#expected = { identity: { chainId, genesis }, seen: mayGoBack ? undefined : new SeenBlocks() }
    this.#heads = new Heads(this.#expected.seen, this.#closed.signal)
    this.#pollMs = pollMs
    this.#hedgeMs = hedgeMs
    const shared = { timeoutMs, closed: this.#closed.signal, onState: onState ?? (() => {}) }
    this.#endpoints = urls.map(url => new Endpoint(url, shared))
    this.#current = this.#endpoints[0] as Endpoint
  }

  async connect(): Promise<void> {
    await this.request('eth_chainId')
    if (this.#endpoints.length > 1) await this.#beginWithNewest()
    void this.#poll()
  }

  get endpoints(): readonly EndpointReport[] {
    return this.#endpoints.map(({ report }) => report)
  }

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const answer = await this.#slots.run(() =>
      this.#withEndpoint(method, (endpoint, asking) => this.#ask(endpoint, method, params, asking)),
    )
    if (method === 'eth_sendRawTransaction') this.#expectBlock()
    if (method === 'eth_getTransactionReceipt') {
      if (answer === null) this.#expectBlock()
      // A receipt shows that there is a new block, so listeners need not wait for the next poll.
      else if (this.#heads.listened) void this.#pollNow()
    }
    return answer
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    this.#timer?.ref()
    return this.#heads.listen(listener)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    clearTimeout(this.#timer)
    this.#heads.clear()
    for (const endpoint of this.#endpoints) endpoint.close()
  }

  /**
   * The first endpoint may have been restarted from an old copy, or may still fetch blocks. What it lacks must not be
   * taken for lost while another one has it.
   */
  async #beginWithNewest(): Promise<void> {
    const others = Promise.all(this.#endpoints.map(endpoint => endpoint.look(this.#expected)))
    await Promise.race([others, sleep(this.#hedgeMs, this.#closed.signal)])
    const newest = this.#newest()
    // Blocks reach nodes at different moments, so one block less is no sign of an old copy.
    if (newest.height > this.#current.height + 1) await this.#moveTo(newest)
  }

  /**
   * Runs the body with the endpoint in use, or with the next one that works, which then becomes the one in use. If no
   * endpoint works and one failed only because of a lost connection or an overload, that one is tried once more.
   */
  async #withEndpoint<T>(method: string, body: Ask<T>): Promise<T> {
    let round = await this.#askEach(method, body)
    if ('cause' in round && round.wasInterrupted) {
      await sleep(RETRY_MS, this.#closed.signal)
      round = await this.#askEach(method, body)
    }
    if ('cause' in round) throw unreachable(method, this.endpoints, round.cause)
    return round.result
  }

  async #askEach<T>(method: string, body: Ask<T>): Promise<Exclude<Round<T>, { refusal: unknown }>> {
    const first = this.#current
    const at = this.#endpoints.indexOf(first)
    const inTurn = [...this.#endpoints.slice(at), ...this.#endpoints.slice(0, at)]
    const ask = (endpoint: Endpoint, signal: AbortSignal) =>
      body(endpoint, { again: endpoint !== this.#current, signal })
    const afterMs = isRepeatable(method) ? this.#hedgeMs : null
    const round = await askInTurn(inTurn, ask, { afterMs, closed: this.#closed.signal })
    if ('cause' in round) return round
    // A refused request says less about the other endpoint than an answer. It is used from now on only if the first one
    // would be asked again before it.
    const moves = 'result' in round || first.isUsable
    // A slow request does not overwrite what other requests have set meanwhile.
    if (moves && this.#current === first) this.#current = round.endpoint
    if ('refusal' in round) throw round.refusal
    return round
  }

  async #ask(endpoint: Endpoint, method: string, params: readonly unknown[], asking: Asking): Promise<unknown> {
    const { seen } = this.#expected
    const before = seen?.height ?? -1
    const answer = await endpoint.request(method, params, this.#expected, asking)
    const height = headIn(method, params, answer)
    if (height !== undefined && height < before) throw behind(height, before)
    const other = seen?.findConflict(answer)
    if (other !== undefined) throw otherBlock(other.number)
    seen?.noteAnswer(method, answer)
    return answer
  }

  async #poll(): Promise<void> {
    this.#schedule()
    if (!this.#heads.listened && this.#expected.seen === undefined) return
    await this.#pollNow()
    this.#compare()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#closed.signal.aborted) return
    const eager = performance.now() < this.#eagerUntil
    this.#timer = setTimeout(() => void this.#poll(), eager ? Math.min(EAGER.pollMs, this.#pollMs) : this.#pollMs)
    // Without listeners the timer does not keep the process alive.
    if (!this.#heads.listened) this.#timer.unref()
  }

  /** Somebody waits for a transaction. */
  #expectBlock(): void {
    const eager = performance.now() < this.#eagerUntil
    this.#eagerUntil = performance.now() + EAGER.forMs
    if (!eager && this.#heads.listened) this.#schedule()
  }

  /** Asks the other endpoints for their newest block. */
  #compare(): void {
    const now = performance.now()
    // Once for each poll that is not eager; timers may be a little early.
    if (now - this.#comparedAt < 0.9 * this.#pollMs) return
    this.#comparedAt = now
    for (const endpoint of this.#endpoints) {
      if (endpoint === this.#current || !endpoint.isUsable) continue
      void endpoint.look(this.#expected).then(() => this.#leaveBehind())
    }
  }

  /** Leaves the endpoint in use if it lacks blocks that others have, and says so of others that lack them. */
  async #leaveBehind(): Promise<void> {
    const newest = this.#newest()
    for (const endpoint of this.#endpoints) {
      if (!endpoint.isReady || !endpoint.isBehind(newest.height)) continue
      if (endpoint === this.#current) await this.#moveTo(newest)
      else endpoint.failed(behind(endpoint.height, newest.height))
    }
  }

  #newest(): Endpoint {
    const ready = this.#endpoints.filter(({ isReady }) => isReady)
    return ready.reduce((best, each) => (each.height > best.height ? each : best), this.#current)
  }

  /** Uses another endpoint if it really has the block that it claims. */
  async #moveTo(other: Endpoint): Promise<void> {
    const left = this.#current
    const { height } = other
    try {
      await other.check(this.#expected)
      await other.block(height)
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error
      return other.failed(error)
    }
    if (this.#current !== left) return
    this.#current = other
    left.failed(behind(left.height, height))
    void this.#pollNow()
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
    return this.#withEndpoint('eth_blockNumber', async (endpoint, asking) => {
      const newest = quantityOf(await this.#ask(endpoint, 'eth_blockNumber', [], asking))
      if (newest === undefined) throw new EndpointFailure('failing', 'its answer to eth_blockNumber is invalid')
      await this.#heads.follow(endpoint, endpoint.noteHeight(newest))
    })
  }
}

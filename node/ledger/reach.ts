/**
 * Whether the ledger is out of reach for this node: it does not answer, or it makes no block although a transaction
 * waits. Only the node's own requests are counted, so nobody else can make it say so.
 * Why: docs/decisions/200.
 */
import type { Timer } from '../lib/time.ts'
import { isUnreachable, LedgerError } from './errors.ts'
import type { Ledger } from './ledger.ts'

export type OutOfReach = 'unreachable' | 'standing still'

export interface LedgerReachOptions {
  readonly ledger: Ledger
  readonly timer: Timer
}

/** Milliseconds between two requests for the block number while somebody waits, or while no answer comes. */
const PROBE_MS = 500
/** Milliseconds between two requests while the ledger is unreachable. */
const RETURN_MS = 1000
/** So many requests in a row without any answer, and the ledger is unreachable. */
const SILENT_PROBES = 5
/** Milliseconds without a block, while a transaction waits, after which the ledger stands still. */
export const STANDSTILL_MS = 15_000

/** What became of some work that needs the ledger. */
export type Watched<T> = { readonly done: T } | { readonly lost: OutOfReach }

export class LedgerReach {
  readonly #stopHeads: () => void
  readonly #watchers = new Set<() => void>()
  readonly #answers = new Set<PromiseWithResolvers<void>>()
  #silent = 0
  #still = false
  #headAt = Number.NEGATIVE_INFINITY
  #next: (() => void) | undefined
  #closed = false

  constructor(private readonly options: LedgerReachOptions) {
    this.#stopHeads = options.ledger.onHead(() => {
      this.#headAt = options.timer.now()
      this.#still = false
      this.#answered()
    })
  }

  /** Null while the ledger answers and makes blocks, as far as is known. */
  get lost(): OutOfReach | null {
    if (this.#silent >= SILENT_PROBES) return 'unreachable'
    return this.#still ? 'standing still' : null
  }

  /** Asks for the block number. To be called every few seconds, so that the state is known when nobody waits. */
  probe(): void {
    if (this.#closed || this.#next) return
    this.#ask()
    if (this.#silent > 0) this.#schedule()
  }

  /**
   * Resolves as the work does, or as soon as the ledger is out of reach. The work goes on.
   * @param waits whether the work needs a block, so that it has to be noticed if none comes
   */
  async watch<T>(work: Promise<T>, waits = false): Promise<Watched<T>> {
    work.catch(() => undefined)
    const since = this.options.timer.now()
    const { promise: lost, resolve } = Promise.withResolvers<Watched<T>>()
    const look = () => {
      const { now } = this.options.timer
      if (waits && now() - Math.max(since, this.#headAt) >= STANDSTILL_MS) this.#still = true
      if (this.lost) resolve({ lost: this.lost })
    }
    this.#watchers.add(look)
    this.#schedule()
    try {
      if (this.lost) return { lost: this.lost }
      return await Promise.race([work.then(done => ({ done })), lost])
    } finally {
      this.#watchers.delete(look)
    }
  }

  /** Resolves when the ledger answers the next time. Rejects when this is closed. */
  answer(): Promise<void> {
    const next = Promise.withResolvers<void>()
    this.#answers.add(next)
    return next.promise
  }

  close(): void {
    this.#closed = true
    this.#stopHeads()
    this.#next?.()
    for (const { reject } of this.#answers) reject(stopping())
    this.#answers.clear()
  }

  #schedule(): void {
    if (this.#closed || this.#next) return
    const ms = this.#silent >= SILENT_PROBES ? RETURN_MS : PROBE_MS
    this.#next = this.options.timer.after(ms, () => {
      this.#next = undefined
      if (this.#watchers.size === 0 && this.#silent === 0) return
      this.#ask()
      for (const look of [...this.#watchers]) look()
      this.#schedule()
    })
  }

  /** Counts as silent until any answer comes, also a late one. */
  #ask(): void {
    this.#silent++
    this.options.ledger.request('eth_blockNumber', []).then(
      () => this.#answered(),
      (error: unknown) => {
        if (!isUnreachable(error)) this.#answered()
      },
    )
  }

  #answered(): void {
    this.#silent = 0
    for (const { resolve } of this.#answers) resolve()
    this.#answers.clear()
  }
}

const stopping = (): LedgerError =>
  new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'eth_blockNumber' }, 'The node is stopping. Try again later.')

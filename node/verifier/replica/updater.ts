/**
 * Keeps a replica at the newest head: asks one source after the other, and believes none. An answer that does not prove
 * true is refused as a whole, its reason is kept, and the next source is asked; meanwhile the replica stays at its last
 * proved head.
 */

import { type Clock, sleep } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import type { TrustedHead } from '../../proof/light-client.ts'
import type { ReplicaProfile } from './head.ts'
import { Replica } from './replica.ts'
import { type HeadSource, TooFarBehind } from './source.ts'

export interface ReplicaUpdaterOptions {
  readonly profile: ReplicaProfile
  readonly sources: readonly HeadSource[]
  readonly clock: Clock
  /** Where it stands already; otherwise it begins with a source's snapshot. */
  readonly replica?: Replica
  /** Newest head known from before, under this very profile: one of another set of validators is no floor. */
  readonly seen?: TrustedHead
  /** After every step forward. */
  readonly onHead?: (replica: Replica) => void
  /** Told of each answer that was refused. */
  readonly onRefused?: (error: unknown) => void
  /** Seconds a source may hold a question open (default 25). */
  readonly wait?: number
  /** Milliseconds before asking again after a failure (default 2000). */
  readonly pause?: number
}

const WAIT = 25
const PAUSE = 2000
/** Milliseconds after which a question for `refresh` is given up. */
const REFRESH = 1500

export class ReplicaUpdater {
  #replica: Replica | null
  #source = 0
  #lastRefusal: string | null = null
  /** Ends with `stop`. */
  #life = new AbortController()
  #beginning: Promise<Replica> | undefined
  #running: Promise<void> | undefined
  #refreshing: Promise<boolean> | undefined
  #refreshNext: Promise<boolean> | undefined

  constructor(private readonly options: ReplicaUpdaterOptions) {
    this.#replica = options.replica ?? null
  }

  get replica(): Replica | null {
    return this.#replica
  }

  /** The code of the last refusal, until a source is believed again. */
  get lastRefusal(): string | null {
    return this.#lastRefusal
  }

  /** Follows until `stop`. */
  start(): void {
    this.#running ??= this.#run(this.#life.signal)
  }

  async stop(): Promise<void> {
    this.#life.abort()
    await this.#running
    this.#running = undefined
    this.#life = new AbortController()
  }

  /**
   * The first step, however long a source takes for its snapshot: over a slow link that is no matter of a moment.
   * @returns false if no source can be believed
   */
  begin(): Promise<boolean> {
    return this.#ask(0, this.#life.signal)
  }

  /**
   * One step, now: to the newest head that a source tells of when it is asked, which is after this call. Given up
   * after a moment.
   * @returns whether the replica now stands there
   */
  refresh(): Promise<boolean> {
    if (this.#refreshing) {
      // The question under way may have been answered already, before what this caller wants to see.
      this.#refreshNext ??= this.#refreshing.then(() => {
        this.#refreshNext = undefined
        return this.refresh()
      })
      return this.#refreshNext
    }
    const signal = AbortSignal.any([this.#life.signal, AbortSignal.timeout(REFRESH)])
    this.#refreshing = this.#ask(0, signal).finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { wait = WAIT, pause = PAUSE } = this.options
    while (!signal.aborted) {
      const before = this.#replica?.head.height
      const begun = performance.now()
      const reached = await this.#ask(wait, signal)
      // A source that answers at once, with nothing new, must not be asked again without a pause.
      const idle = reached && this.#replica?.head.height === before && performance.now() - begun < pause
      if (!reached || idle) await sleep(pause, signal)
    }
  }

  /** Each source once, until one is believed. */
  async #ask(wait: number, signal: AbortSignal): Promise<boolean> {
    for (let i = 0; i < this.options.sources.length && !signal.aborted; i++) {
      const source = this.options.sources[this.#source] as HeadSource
      if (await this.#step(source, wait, signal)) return true
      this.#source = (this.#source + 1) % this.options.sources.length
    }
    return false
  }

  async #step(source: HeadSource, wait: number, signal: AbortSignal): Promise<boolean> {
    try {
      const replica = this.#replica ?? (await this.#begin(source, signal))
      await this.#forward(replica, source, wait, signal)
      this.#lastRefusal = null
      return true
    } catch (error) {
      if (signal.aborted) return false
      this.#lastRefusal = error instanceof ProofError ? error.code : 'unreachable'
      this.options.onRefused?.(error)
      return false
    }
  }

  async #forward(replica: Replica, source: HeadSource, wait: number, signal: AbortSignal): Promise<void> {
    const { height } = replica.head
    try {
      const delta = await source.delta(height, wait, signal)
      if (!delta) return
      // Another question was answered meanwhile, perhaps with less than this one: ask on from there.
      if (replica !== this.#replica || replica.head.height !== height) {
        return await this.#forward(this.#replica ?? replica, source, 0, signal)
      }
      replica.apply(delta, this.options.clock())
      this.options.onHead?.(replica)
    } catch (error) {
      if (!(error instanceof TooFarBehind)) throw error
      await this.#begin(source, signal)
    }
  }

  /** One snapshot at a time, within the source's own limit: whoever asked may stop waiting before it is there. */
  #begin(source: HeadSource, signal: AbortSignal): Promise<Replica> {
    this.#beginning ??= this.#open(source, this.#life.signal).finally(() => {
      this.#beginning = undefined
    })
    return Promise.race([this.#beginning, aborted(signal)])
  }

  async #open(source: HeadSource, signal: AbortSignal): Promise<Replica> {
    const { profile, clock } = this.options
    const bytes = await source.snapshot(signal)
    // As of now, not of when it was asked for: the replica may have gone on meanwhile.
    const seen = this.#replica?.proved ? this.#replica.head : this.options.seen
    const replica = Replica.open(bytes, profile, clock(), seen)
    this.#replica = replica
    this.options.onHead?.(replica)
    return replica
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

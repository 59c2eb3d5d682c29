/**
 * Keeps a replica at the newest head. It asks one source after the other and trusts none. If an answer cannot be
 * proved, the whole answer is refused and the next source is asked. The replica stays at its last proved head meanwhile.
 */

import { type Clock, sleep } from '../../lib/time.ts'
import type { TrustedHead } from '../../proof/light-client.ts'
import type { ReplicaProfile } from './head.ts'
import { Replica } from './replica.ts'
import { type HeadSource, TooFarBehind } from './source.ts'

export interface ReplicaUpdaterOptions {
  readonly profile: ReplicaProfile
  readonly sources: readonly HeadSource[]
  readonly clock: Clock
  /** The replica to start with. Without one, the updater starts with a snapshot of a source. */
  readonly replica?: Replica
  /** The newest head that was proved before, under this same profile. A head of another profile is no lower limit. */
  readonly seen?: TrustedHead
  /** Called after every step forward. */
  readonly onHead?: (replica: Replica) => void
  /** Called for each failed step: a ProofError if the answer was refused, otherwise the error of the source. */
  readonly onRefused?: (error: unknown) => void
  /** Seconds that a source may wait for a newer head (default 25). */
  readonly wait?: number
  /** Milliseconds before the next request after a failure (default 2000). */
  readonly pause?: number
}

const WAIT = 25
const PAUSE = 2000
/** Milliseconds after which a request of `refresh` is cancelled. */
const REFRESH = 1500

export class ReplicaUpdater {
  #replica: Replica | null
  #source = 0
  /** Aborted by `stop`. */
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

  /** Updates the replica until `stop`. */
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
   * The first step, without the time limit of `refresh`: a snapshot takes long over a slow connection.
   * @returns false if no source gave an answer that can be proved
   */
  begin(): Promise<boolean> {
    return this.#ask(0, this.#life.signal)
  }

  /**
   * One step at once, to the newest head of a source at the time of its answer, which is after this call. Cancelled
   * after `REFRESH` milliseconds.
   * @returns whether the replica is at that head now
   */
  refresh(): Promise<boolean> {
    if (this.#refreshing) {
      // The request in progress may have been answered before the event that this caller wants to see.
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
      // A source that answers at once without a newer head must not be asked again without a pause.
      const idle = reached && this.#replica?.head.height === before && performance.now() - begun < pause
      if (!reached || idle) await sleep(pause, signal)
    }
  }

  /** Asks each source once, until an answer is accepted. */
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
      return true
    } catch (error) {
      if (signal.aborted) return false
      this.options.onRefused?.(error)
      return false
    }
  }

  async #forward(replica: Replica, source: HeadSource, wait: number, signal: AbortSignal): Promise<void> {
    const { height } = replica.head
    try {
      const delta = await source.delta(height, wait, signal)
      if (!delta) return
      // Another request was answered meanwhile, perhaps with an earlier head. Continues from there.
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

  /** Fetches one snapshot at a time, within the time limit of the source. A caller may stop waiting earlier. */
  #begin(source: HeadSource, signal: AbortSignal): Promise<Replica> {
    this.#beginning ??= this.#open(source, this.#life.signal).finally(() => {
      this.#beginning = undefined
    })
    return Promise.race([this.#beginning, aborted(signal)])
  }

  async #open(source: HeadSource, signal: AbortSignal): Promise<Replica> {
    const { profile, clock } = this.options
    const bytes = await source.snapshot(signal)
    // The present head, since the replica may have advanced during the request.
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

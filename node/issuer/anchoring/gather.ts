/**
 * Gathers what comes at one moment, so that it goes out together. At rest one thing goes at once. While something is on
 * its way, the next gathers for a tick: several batches may share the ledger's next block.
 * Why: docs/decisions/003.
 */
import { atMost, type Timer } from '../../lib/time.ts'

export interface GathererOptions<T> {
  /** Takes what was gathered, in the order in which it came. Never rejects; resolves when the ledger has it. */
  readonly send: (gathered: readonly T[]) => Promise<void>
  readonly timer: Timer
}

const TICK_MS = 200
/** What is sent at once. The records of so many cards fit one commit with ease. */
export const LARGEST = 2048

export class Gatherer<T> {
  readonly #underWay = new Set<Promise<void>>()
  readonly #waiting: T[] = []
  #running: Promise<void> | undefined

  constructor(private readonly options: GathererOptions<T>) {}

  add(one: T): void {
    this.#waiting.push(one)
    this.#running ??= this.#run()
  }

  /** Resolves when everything that was added has been sent, and has ended. */
  async close(): Promise<void> {
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #run(): Promise<void> {
    // One turn, so that what comes in a burst goes together.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const sent = this.options.send(this.#waiting.splice(0, LARGEST))
      this.#underWay.add(sent)
      void sent.then(() => this.#underWay.delete(sent))
      await atMost(this.options.timer, TICK_MS, sent)
    }
    this.#running = undefined
  }
}

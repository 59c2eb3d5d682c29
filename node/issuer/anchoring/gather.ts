/**
 * Gathers items that arrive at the same time, so that they are sent together. If nothing is under way, items are sent at
 * once. Otherwise they are gathered for a tick and then sent, so that several batches can be in the ledger's next block.
 * Why: docs/decisions/003.
 */
import { atMost, type Timer } from '../../lib/time.ts'

export interface GathererOptions<T> {
  /** Sends the items, in the order in which they arrived. Never rejects. Resolves when they are finished. */
  readonly send: (gathered: readonly T[]) => Promise<void>
  readonly timer: Timer
  /** The most items that are sent together. */
  readonly largest?: number
  /** Whether nothing is sent while something is under way. */
  readonly oneAtATime?: boolean
}

const TICK_MS = 200
/** The most items that are sent together. The records of so many credentials easily fit into one commit. */
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

  /** Resolves when all added items are finished. */
  async close(): Promise<void> {
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #run(): Promise<void> {
    // One turn of the event loop later, so that the items of a burst are sent together.
    await new Promise(setImmediate)
    const { send, timer, largest = LARGEST, oneAtATime = false } = this.options
    while (this.#waiting.length > 0) {
      const sent = send(this.#waiting.splice(0, largest))
      this.#underWay.add(sent)
      void sent.then(() => this.#underWay.delete(sent))
      await (oneAtATime ? sent : atMost(timer, TICK_MS, sent))
    }
    this.#running = undefined
  }
}

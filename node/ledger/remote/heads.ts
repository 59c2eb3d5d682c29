import type { LedgerHead } from '../ledger.ts'
import { behind, type Endpoint } from './endpoint.ts'
import { EndpointFailure } from './http.ts'
import type { SeenBlocks } from './seen-blocks.ts'

/** Tells listeners of each new head, once and in order, whichever endpoint has it. */
export class Heads {
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  /** The last head that listeners received; undefined before the first poll. */
  #lastNotified: LedgerHead | undefined

  constructor(
    private readonly seen: SeenBlocks | undefined,
    private readonly closed: AbortSignal,
  ) {}

  get listened(): boolean {
    return this.#listeners.size > 0
  }

  /** @returns stops it */
  listen(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  clear(): void {
    this.#listeners.clear()
  }

  /**
   * Reads the heads up to `newest` from the endpoint.
   * @throws {EndpointFailure} if its blocks do not follow those that listeners received
   */
  async follow(endpoint: Endpoint, newest: number): Promise<void> {
    const first = this.#lastNotified ?? (await endpoint.block(newest))
    this.#lastNotified ??= first
    this.seen?.update(first)
    if (newest < first.number) throw behind(newest, first.number)
    for (let number = first.number + 1; number <= newest && !this.closed.aborted; number++) {
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
      this.seen?.update(head)
      for (const listener of this.#listeners) listener(head)
    }
  }
}

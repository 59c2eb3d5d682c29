import type { Connection } from './ledger.ts'

/** Limit of the waiting requests of one connection: as many as a WebSocket may have open. */
const MAX_PER_CONNECTION = 100
const MAX_WAITING = 1_000

interface Waiting {
  readonly go: () => void
  readonly drop: (error: Error) => void
}

/** A request was refused because too many wait, or because its connection is closed. */
export class OverloadedError extends Error {
  override name = 'OverloadedError'

  constructor() {
    super('too many requests at once: try again')
  }
}

/**
 * Executes a fixed number of requests at a time; the others wait. Connections take turns, one request each, so many
 * requests on one connection delay another connection no more than one request does.
 */
export class FairQueue {
  readonly #waiting = new Map<Connection, Waiting[]>()
  #size = 0
  #running = 0

  constructor(private readonly atOnce: number) {}

  /**
   * Runs `work` when its turn comes.
   * @throws {OverloadedError} if too many requests wait, or if the connection is closed before its turn
   */
  async turn<T>(from: Connection, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.atOnce) this.#running += 1
    else await this.#wait(from)
    try {
      return await work()
    } finally {
      // The next waiting request takes this place, if there is one.
      const next = this.#next()
      if (next) next.go()
      else this.#running -= 1
    }
  }

  #wait(from: Connection): Promise<void> {
    const own = this.#waiting.get(from) ?? []
    if (own.length >= MAX_PER_CONNECTION || this.#size >= MAX_WAITING) throw new OverloadedError()
    return new Promise((go, drop) => {
      own.push({ go, drop })
      this.#waiting.set(from, own)
      this.#size += 1
    })
  }

  #next(): Waiting | undefined {
    for (const [from, own] of this.#waiting) {
      this.#waiting.delete(from)
      if (from.destroyed) {
        this.#size -= own.length
        for (const each of own) each.drop(new OverloadedError())
        continue
      }
      const next = own.shift()
      this.#size -= 1
      // The connection goes to the end of the order.
      if (own.length > 0) this.#waiting.set(from, own)
      return next
    }
    return undefined
  }
}

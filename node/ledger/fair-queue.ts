import type { Connection } from './ledger.ts'

/** That wait; more are refused. A WebSocket has as many under way. */
const MAX_PER_CONNECTION = 100
const MAX_WAITING = 1_000

interface Waiting {
  readonly go: () => void
  readonly drop: (error: Error) => void
}

/** More is asked for than is carried out or kept. */
export class Busy extends Error {
  override name = 'Busy'

  constructor() {
    super('too much is asked at once: ask again')
  }
}

/**
 * Some requests at a time, and the others wait. Connections take turns, one request each, so that many requests on one
 * connection delay the others by no more than one does.
 */
export class FairQueue {
  readonly #waiting = new Map<Connection, Waiting[]>()
  #size = 0
  #running = 0

  constructor(private readonly atOnce: number) {}

  /**
   * Does `work` when its turn comes.
   * @throws {Busy} when too many wait, or when the connection is closed before
   */
  async turn<T>(from: Connection, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.atOnce) this.#running += 1
    else await this.#wait(from)
    try {
      return await work()
    } finally {
      // The turn is handed on, or given up.
      const next = this.#next()
      if (next) next.go()
      else this.#running -= 1
    }
  }

  #wait(from: Connection): Promise<void> {
    const own = this.#waiting.get(from) ?? []
    if (own.length >= MAX_PER_CONNECTION || this.#size >= MAX_WAITING) throw new Busy()
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
        for (const each of own) each.drop(new Busy())
        continue
      }
      const next = own.shift()
      this.#size -= 1
      // To the end of the round.
      if (own.length > 0) this.#waiting.set(from, own)
      return next
    }
    return undefined
  }
}

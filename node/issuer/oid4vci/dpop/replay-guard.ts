import type { Clock } from '../../../lib/time.ts'

/**
 * Remembers ids for at least `lifetime` seconds and at most twice as long, in bounded memory. If more than `capacity` ids
 * arrive in one lifetime, it calls `overflow` and forgets everything. The caller must then refuse everything that it would
 * have accepted before.
 */
export class ReplayGuard {
  #current = new Set<string>()
  #previous = new Set<string>()
  #since: number

  constructor(
    private readonly lifetime: number,
    private readonly capacity: number,
    private readonly clock: Clock,
    private readonly overflow: () => void,
  ) {
    this.#since = clock()
  }

  /** Remembers the id. False if it was seen before. */
  first(id: string): boolean {
    const now = this.clock()
    if (now - this.#since >= this.lifetime) {
      this.#previous = this.#current
      this.#current = new Set()
      this.#since = now
    }
    if (this.#current.has(id) || this.#previous.has(id)) return false
    if (this.#current.size >= this.capacity) {
      this.#current = new Set()
      this.#previous = new Set()
      this.overflow()
    }
    this.#current.add(id)
    return true
  }
}

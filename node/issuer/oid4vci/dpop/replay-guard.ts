import { DigestSet } from '../../../lib/digest-set.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock } from '../../../lib/time.ts'

/**
 * Remembers ids for at least `lifetime` seconds and at most twice as long, in bounded memory. If more than `capacity` ids
 * arrive in one lifetime, it calls `overflow` and forgets everything. The caller must then refuse everything that it would
 * have accepted before.
 */
export class ReplayGuard {
  #current: DigestSet
  #previous: DigestSet
  #since: number

  constructor(
    private readonly lifetime: number,
    private readonly capacity: number,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly overflow: () => void,
  ) {
    this.#current = new DigestSet(random)
    this.#previous = new DigestSet(random)
    this.#since = clock()
  }

  /** Remembers the id. False if it was seen before. */
  first(id: string): boolean {
    const now = this.clock()
    if (now - this.#since >= this.lifetime) {
      this.#previous = this.#current
      this.#current = new DigestSet(this.random)
      this.#since = now
    }
    if (this.#previous.has(id)) return false
    if (this.#current.size >= this.capacity && !this.#current.has(id)) {
      this.#current = new DigestSet(this.random)
      this.#previous = new DigestSet(this.random)
      this.overflow()
    }
    return this.#current.add(id)
  }
}

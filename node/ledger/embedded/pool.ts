import type { Hex } from '../../lib/bytes.ts'
import type { ParsedTransaction } from './admission.ts'

export interface Pending extends ParsedTransaction {
  /** Settles when the transaction is in a block or dropped; at once when it waits behind a gap of nonces. */
  readonly done: Promise<void>
  readonly settle: { resolve(): void; reject(reason: unknown): void }
}

export function pendingOf(parsed: ParsedTransaction): Pending {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // When nobody waits, a rejection must not stop the process.
  promise.catch(() => {})
  return { ...parsed, done: promise, settle: { resolve, reject } }
}

interface SenderQueue {
  /** All transactions of the sender that are in no block on disk, by nonce. */
  readonly waiting: Map<number, Pending>
  /** The first nonce that is neither used nor ready. */
  next: number
}

/** The number and the bytes of the transactions that can be in the next blocks. */
const MAX_READY = 10_000
const MAX_READY_BYTES = 64 * 1024 * 1024
/** The same of the transactions that wait behind a gap, of all senders together. Beyond it the oldest are dropped. */
const MAX_GAPPED = 2_000
const MAX_GAPPED_BYTES = 16 * 1024 * 1024
/** A nonce further ahead than this is refused. */
const MAX_AHEAD = 1_000

export type PoolRefusal = 'full' | 'too far ahead' | 'replacement'

/**
 * Transactions that are accepted and in no block on disk yet: by nonce for each sender, senders in order of arrival.
 * The price is always 0, so no transaction can replace another with the same nonce. Transactions behind a gap of nonces
 * have their own limits, so they never keep out a transaction that can be in the next block.
 * Why: docs/decisions/023.
 */
export class Pool {
  readonly #queues = new Map<Hex, SenderQueue>()
  readonly #byId = new Map<Hex, Pending>()
  #ready: Pending[] = []
  /** In order of arrival. */
  readonly #gapped = new Set<Pending>()
  #bytes = 0
  #gappedBytes = 0
  /** How many of `#ready`, from its start, `take` has handed out. */
  #taken = 0

  get size(): number {
    return this.#byId.size
  }

  get hasReady(): boolean {
    return this.#taken < this.#ready.length
  }

  find(id: Hex): Pending | undefined {
    return this.#byId.get(id)
  }

  /**
   * The first nonce of `from` after those of its ready transactions.
   * @param used the sender's nonce in the state of the head
   */
  nextNonce(from: Hex, used: number): number {
    return this.#queues.get(from)?.next ?? used
  }

  /** Why the transaction cannot be taken, or null. */
  refusal(from: Hex, nonce: number, used: number): PoolRefusal | null {
    const queue = this.#queues.get(from)
    if (queue?.waiting.has(nonce)) return 'replacement'
    if (nonce > (queue?.next ?? used) + MAX_AHEAD) return 'too far ahead'
    if (nonce > (queue?.next ?? used)) return null
    const ready = this.size - this.#gapped.size
    return ready >= MAX_READY || this.#bytes - this.#gappedBytes >= MAX_READY_BYTES ? 'full' : null
  }

  add(pending: Pending, used: number): void {
    const queue = this.#queues.get(pending.from) ?? { waiting: new Map(), next: used }
    this.#queues.set(pending.from, queue)
    queue.waiting.set(pending.nonce, pending)
    this.#byId.set(pending.id, pending)
    this.#bytes += pending.raw.length
    if (pending.nonce > queue.next) this.#addGapped(pending)
    for (let next = queue.waiting.get(queue.next); next !== undefined; next = queue.waiting.get(queue.next)) {
      this.#removeGapped(next)
      this.#ready.push(next)
      queue.next += 1
    }
  }

  /** Settles `done` at once: nobody knows how long the gap lasts, so the sender must not wait. */
  #addGapped(pending: Pending): void {
    pending.settle.resolve()
    this.#gapped.add(pending)
    this.#gappedBytes += pending.raw.length
    for (const oldest of this.#gapped) {
      if (this.#gapped.size <= MAX_GAPPED && this.#gappedBytes <= MAX_GAPPED_BYTES) break
      this.#remove(oldest)
    }
  }

  #removeGapped(pending: Pending): void {
    if (this.#gapped.delete(pending)) this.#gappedBytes -= pending.raw.length
  }

  peek(): Pending | undefined {
    return this.#ready[this.#taken]
  }

  /** Hands out the transaction that `peek` returned. It stays in the pool until `removeIncluded` or `drop`. */
  take(): void {
    this.#taken += 1
    if (this.#taken > 1000 && this.#taken * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#taken)
      this.#taken = 0
    }
  }

  /** Removes a transaction whose block is on disk. */
  removeIncluded(pending: Pending): void {
    this.#remove(pending)
    pending.settle.resolve()
  }

  /** Removes a transaction that can be in no block. The sender's later transactions then wait behind a gap. */
  drop(pending: Pending, reason: unknown): void {
    const queue = this.#remove(pending)
    pending.settle.reject(reason)
    if (queue === undefined) return
    queue.next = Math.min(queue.next, pending.nonce)
    const gapped = this.#removeReady(each => each.from === pending.from && each.nonce > pending.nonce)
    for (const each of gapped) this.#addGapped(each)
  }

  /** Removes a sender's transactions, except those that `take` has handed out. */
  dropAll(from: Hex, reason: unknown): void {
    const queue = this.#queues.get(from)
    if (queue === undefined) return
    const gone = this.#removeReady(each => each.from === from)
    for (const each of this.#gapped) if (each.from === from) gone.push(each)
    for (const each of gone) {
      queue.next = Math.min(queue.next, each.nonce)
      this.#remove(each)
      each.settle.reject(reason)
    }
  }

  /** Removes from `#ready` those that match and that `take` has not handed out. */
  #removeReady(which: (pending: Pending) => boolean): Pending[] {
    const removed: Pending[] = []
    this.#ready = this.#ready.filter((each, i) => {
      if (i < this.#taken || !which(each)) return true
      removed.push(each)
      return false
    })
    return removed
  }

  clear(reason: unknown): void {
    for (const pending of this.#byId.values()) pending.settle.reject(reason)
    this.#byId.clear()
    this.#queues.clear()
    this.#gapped.clear()
    this.#bytes = 0
    this.#gappedBytes = 0
    this.#ready = []
    this.#taken = 0
  }

  #remove(pending: Pending): SenderQueue | undefined {
    if (this.#byId.delete(pending.id)) this.#bytes -= pending.raw.length
    this.#removeGapped(pending)
    const queue = this.#queues.get(pending.from)
    queue?.waiting.delete(pending.nonce)
    if (queue?.waiting.size === 0) this.#queues.delete(pending.from)
    return queue
  }
}

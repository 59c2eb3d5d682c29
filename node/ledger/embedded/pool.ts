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
  /** By nonce: those that can be in the next block and that `take` has not handed out. */
  ready: { readonly pending: Pending; readonly arrival: number }[]
  /** How many are ready or handed out, and their bytes. */
  held: number
  heldBytes: number
}

const newQueue = (next: number): SenderQueue => ({ waiting: new Map(), next, ready: [], held: 0, heldBytes: 0 })

/** The number and the bytes of the transactions that can be in the next blocks. */
const MAX_READY = 10_000
const MAX_READY_BYTES = 64 * 1024 * 1024
/** The same of the transactions that wait behind a gap, of all senders together. Beyond it the oldest are dropped. */
const MAX_GAPPED = 2_000
const MAX_GAPPED_BYTES = 16 * 1024 * 1024
/** A nonce further ahead than this is refused. */
const MAX_AHEAD = 1_000
/** Milliseconds of recent execution after which a sender occupies the ledger: its transactions come after those of others. */
const SHARE = 100
/** Senders whose recent execution differs by less (ms) come in order of arrival. */
const EQUAL = 25
/** The part of the recent execution that still counts after a block. */
const KEPT = 0.9
/** Milliseconds of execution that no transaction of an authority takes: 512 changes of statuses take about 100. */
const LONG = 200
/** For so many blocks a transaction counts that took long. */
const REMEMBERED = 30

export type PoolRefusal = 'full' | 'too far ahead' | 'replacement'

/**
 * Transactions that are accepted and in no block on disk yet: by nonce for each sender, senders in order of arrival. A
 * sender whose transactions took long to execute comes after the others, and no sender can fill the pool alone.
 * The price is always 0, so no transaction can replace another with the same nonce. Transactions behind a gap of nonces
 * have their own limits, so they never keep out a transaction that can be in the next block.
 * Why: docs/decisions/023, 092, 129.
 */
export class Pool {
  readonly #queues = new Map<Hex, SenderQueue>()
  readonly #byId = new Map<Hex, Pending>()
  /** In order of arrival. */
  readonly #gapped = new Set<Pending>()
  /** By sender: milliseconds of execution, less at each block. */
  readonly #spent = new Map<Hex, number>()
  /** Senders whose next transaction is tried again in the next block. */
  readonly #postponed = new Set<Hex>()
  /** Blocks since a transaction took long. */
  #sinceLong = Number.POSITIVE_INFINITY
  #bytes = 0
  #gappedBytes = 0
  #arrivals = 0

  get size(): number {
    return this.#byId.size
  }

  get hasReady(): boolean {
    return [...this.#queues.values()].some(({ ready }) => ready.length > 0)
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
    const { next = used, held = 0, heldBytes = 0 } = queue ?? {}
    if (nonce > next + MAX_AHEAD) return 'too far ahead'
    if (nonce > next) return null
    // A sender may hold as much as is left for the others.
    const left = MAX_READY - (this.size - this.#gapped.size)
    const bytesLeft = MAX_READY_BYTES - (this.#bytes - this.#gappedBytes)
    return held >= left || heldBytes >= bytesLeft ? 'full' : null
  }

  add(pending: Pending, used: number): void {
    const { from, nonce, id, raw } = pending
    const queue = this.#queues.get(from) ?? newQueue(used)
    this.#queues.set(from, queue)
    queue.waiting.set(nonce, pending)
    this.#byId.set(id, pending)
    this.#bytes += raw.length
    if (nonce > queue.next) this.#addGapped(pending)
    for (let next = queue.waiting.get(queue.next); next !== undefined; next = queue.waiting.get(queue.next)) {
      this.#removeGapped(next)
      queue.ready.push({ pending: next, arrival: ++this.#arrivals })
      queue.held += 1
      queue.heldBytes += next.raw.length
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

  #removeGapped(pending: Pending): boolean {
    const removed = this.#gapped.delete(pending)
    if (removed) this.#gappedBytes -= pending.raw.length
    return removed
  }

  /** Whether the recent transactions of this sender took long. */
  occupies(from: Hex): boolean {
    return (this.#spent.get(from) ?? 0) >= SHARE
  }

  /** Whether a single transaction in one of the last blocks took longer than any of an authority takes. */
  get burdened(): boolean {
    return this.#sinceLong <= REMEMBERED
  }

  /** Whether all that can be in the next block comes from senders whose recent transactions took long. */
  get onlyOccupying(): boolean {
    for (const [from, { ready }] of this.#queues) if (ready.length > 0 && !this.occupies(from)) return false
    return this.hasReady
  }

  /** To be called before the transactions of a block are taken. */
  beginBlock(): void {
    this.#postponed.clear()
    this.#sinceLong += 1
    for (const [from, ms] of this.#spent) {
      if (ms < 1) this.#spent.delete(from)
      else this.#spent.set(from, ms * KEPT)
    }
  }

  /** The next transaction for the block: of senders that took less time first, then in order of arrival. */
  peek(): Pending | undefined {
    let best: SenderQueue['ready'][number] | undefined
    let bestSpent = 0
    for (const [from, { ready }] of this.#queues) {
      const first = ready[0]
      if (first === undefined || this.#postponed.has(from)) continue
      const shares = Math.floor((this.#spent.get(from) ?? 0) / EQUAL)
      if (best && (shares > bestSpent || (shares === bestSpent && first.arrival > best.arrival))) continue
      best = first
      bestSpent = shares
    }
    return best?.pending
  }

  /** Hands out a transaction that `peek` returned. It stays in the pool until `removeIncluded`, `postpone` or `drop`. */
  take({ from }: Pending): void {
    this.#queues.get(from)?.ready.shift()
  }

  /** Counts the execution of a sender's transaction, also of one that ended in no block. */
  spend(from: Hex, ms: number): void {
    if (ms >= LONG) this.#sinceLong = 0
    this.#spent.set(from, (this.#spent.get(from) ?? 0) + ms)
  }

  /** Takes back a transaction that `take` handed out. It comes again in the next block. */
  postpone(pending: Pending): void {
    this.#postponed.add(pending.from)
    this.#queues.get(pending.from)?.ready.unshift({ pending, arrival: ++this.#arrivals })
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
    for (const each of this.#takeReady(queue)) this.#addGapped(each)
  }

  /** Removes a sender's transactions, except those that `take` has handed out. */
  dropAll(from: Hex, reason: unknown): void {
    const queue = this.#queues.get(from)
    if (queue === undefined) return
    const gapped = [...this.#gapped].filter(each => each.from === from)
    const ready = queue.ready.map(({ pending }) => pending)
    queue.ready = []
    for (const each of [...ready, ...gapped]) {
      queue.next = Math.min(queue.next, each.nonce)
      this.#remove(each)
      each.settle.reject(reason)
    }
  }

  /** Empties `ready`, for transactions that now wait behind a gap. */
  #takeReady(queue: SenderQueue): readonly Pending[] {
    const taken = queue.ready.map(({ pending }) => pending)
    queue.ready = []
    for (const { raw } of taken) {
      queue.held -= 1
      queue.heldBytes -= raw.length
    }
    return taken
  }

  clear(reason: unknown): void {
    for (const pending of this.#byId.values()) pending.settle.reject(reason)
    this.#byId.clear()
    this.#queues.clear()
    this.#gapped.clear()
    this.#bytes = 0
    this.#gappedBytes = 0
  }

  /** Of a transaction that is not in `ready`. */
  #remove(pending: Pending): SenderQueue | undefined {
    const queue = this.#queues.get(pending.from)
    if (this.#byId.delete(pending.id)) {
      this.#bytes -= pending.raw.length
      if (!this.#removeGapped(pending) && queue) {
        queue.held -= 1
        queue.heldBytes -= pending.raw.length
      }
    }
    queue?.waiting.delete(pending.nonce)
    if (queue?.waiting.size === 0) this.#queues.delete(pending.from)
    return queue
  }
}

import type { Hex } from '../../lib/bytes.ts'
import type { ParsedTransaction } from './admission.ts'

export interface Pending extends ParsedTransaction {
  /** Settles with the transaction's fate; at once for one that waits behind a gap. */
  readonly done: Promise<void>
  readonly settle: { resolve(): void; reject(reason: unknown): void }
}

export function pendingOf(parsed: ParsedTransaction): Pending {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Whoever waits sees the rejection; when nobody does, it is no crash.
  promise.catch(() => {})
  return { ...parsed, done: promise, settle: { resolve, reject } }
}

interface Lane {
  /** All of the sender's transactions that are in no block on disk, by nonce. */
  readonly waiting: Map<number, Pending>
  /** The first nonce that is neither used nor ready. */
  next: number
}

/** Of those that can be in the next blocks: their number, and their bytes. */
const MAX_READY = 10_000
const MAX_READY_BYTES = 64 * 1024 * 1024
/** Of those that wait behind a gap, of all senders together. Beyond it the oldest are dropped. */
const MAX_GAPPED = 2_000
const MAX_GAPPED_BYTES = 16 * 1024 * 1024
/** A nonce further ahead than this is refused. */
const MAX_AHEAD = 1_000

export type PoolRefusal = 'full' | 'too far ahead' | 'replacement'

/**
 * Transactions between acceptance and a block on disk: each sender's in nonce order, senders in order of arrival.
 * The price is always 0, so nothing can outbid: a nonce, once taken, is taken. Those behind a gap have room of their
 * own, and never keep a transaction out that could be in the next block.
 * Why: docs/decisions/023.
 */
export class Pool {
  readonly #lanes = new Map<Hex, Lane>()
  readonly #byId = new Map<Hex, Pending>()
  #ready: Pending[] = []
  /** In order of arrival. */
  readonly #gapped = new Set<Pending>()
  #bytes = 0
  #gappedBytes = 0
  /** Ready ones already handed out of `#ready`. */
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

  /** The next nonce of `from` when everything ready is in a block; `used`: what the head's state says. */
  nextNonce(from: Hex, used: number): number {
    return this.#lanes.get(from)?.next ?? used
  }

  /** Why the transaction cannot be taken, or null. */
  refusal(from: Hex, nonce: number, used: number): PoolRefusal | null {
    const lane = this.#lanes.get(from)
    if (lane?.waiting.has(nonce)) return 'replacement'
    if (nonce > (lane?.next ?? used) + MAX_AHEAD) return 'too far ahead'
    if (nonce > (lane?.next ?? used)) return null
    const ready = this.size - this.#gapped.size
    return ready >= MAX_READY || this.#bytes - this.#gappedBytes >= MAX_READY_BYTES ? 'full' : null
  }

  add(pending: Pending, used: number): void {
    const lane = this.#lanes.get(pending.from) ?? { waiting: new Map(), next: used }
    this.#lanes.set(pending.from, lane)
    lane.waiting.set(pending.nonce, pending)
    this.#byId.set(pending.id, pending)
    this.#bytes += pending.raw.length
    if (pending.nonce > lane.next) this.#setAside(pending)
    for (let next = lane.waiting.get(lane.next); next !== undefined; next = lane.waiting.get(lane.next)) {
      this.#bringBack(next)
      this.#ready.push(next)
      lane.next += 1
    }
  }

  /** It waits behind a gap: nobody knows for how long, so whoever sent it does not. */
  #setAside(pending: Pending): void {
    pending.settle.resolve()
    this.#gapped.add(pending)
    this.#gappedBytes += pending.raw.length
    for (const oldest of this.#gapped) {
      if (this.#gapped.size <= MAX_GAPPED && this.#gappedBytes <= MAX_GAPPED_BYTES) break
      this.#remove(oldest)
    }
  }

  #bringBack(pending: Pending): void {
    if (this.#gapped.delete(pending)) this.#gappedBytes -= pending.raw.length
  }

  peek(): Pending | undefined {
    return this.#ready[this.#taken]
  }

  /** Takes what `peek` showed. It stays the sender's until `included` or `drop`. */
  take(): void {
    this.#taken += 1
    if (this.#taken > 1000 && this.#taken * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#taken)
      this.#taken = 0
    }
  }

  /** It is in a block on disk. */
  included(pending: Pending): void {
    this.#remove(pending)
    pending.settle.resolve()
  }

  /** It can be in no block. What follows it now waits behind a gap. */
  drop(pending: Pending, reason: unknown): void {
    const lane = this.#remove(pending)
    pending.settle.reject(reason)
    if (lane === undefined) return
    lane.next = Math.min(lane.next, pending.nonce)
    const gapped = this.#takeBack(each => each.from === pending.from && each.nonce > pending.nonce)
    for (const each of gapped) this.#setAside(each)
  }

  /** Drops what a sender has here, but for what was handed out already. */
  dropAll(from: Hex, reason: unknown): void {
    const lane = this.#lanes.get(from)
    if (lane === undefined) return
    const gone = this.#takeBack(each => each.from === from)
    for (const each of this.#gapped) if (each.from === from) gone.push(each)
    for (const each of gone) {
      lane.next = Math.min(lane.next, each.nonce)
      this.#remove(each)
      each.settle.reject(reason)
    }
  }

  /** Of the ready ones that were not handed out. */
  #takeBack(which: (pending: Pending) => boolean): Pending[] {
    const back: Pending[] = []
    this.#ready = this.#ready.filter((each, i) => {
      if (i < this.#taken || !which(each)) return true
      back.push(each)
      return false
    })
    return back
  }

  /** Drops everything. */
  clear(reason: unknown): void {
    for (const pending of this.#byId.values()) pending.settle.reject(reason)
    this.#byId.clear()
    this.#lanes.clear()
    this.#gapped.clear()
    this.#bytes = 0
    this.#gappedBytes = 0
    this.#ready = []
    this.#taken = 0
  }

  #remove(pending: Pending): Lane | undefined {
    if (this.#byId.delete(pending.id)) this.#bytes -= pending.raw.length
    this.#bringBack(pending)
    const lane = this.#lanes.get(pending.from)
    lane?.waiting.delete(pending.nonce)
    if (lane?.waiting.size === 0) this.#lanes.delete(pending.from)
    return lane
  }
}

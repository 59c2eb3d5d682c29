import { LruCache } from '../../lib/lru-cache.ts'
import type { Header } from '../../proof/header.ts'
import type { HeadSection, ReplicaProfile } from './head.ts'
import { LedgerHeads, type WitnessedPort } from './ledger-heads.ts'
import type { HeadSource } from './source.ts'

/** A node's own ledger, from which its own replica and all replicas that follow over HTTP are updated. */
export interface HeadLedger extends WitnessedPort {
  onHead(listener: (head: { readonly number: number }) => void): () => void
}

interface NextHead {
  /** Resolves when there is a higher head, when the time is over, or after `cancel`. */
  readonly reached: Promise<void>
  cancel(): void
}

/** The number of cached deltas: replicas at the same head get the same file. */
const CACHED_DELTAS = 32

export class LedgerSource implements HeadSource {
  readonly #heads: LedgerHeads
  readonly #deltas = new LruCache<string, Promise<Uint8Array | null>>(CACHED_DELTAS)

  /** @param maxLogs the most changes in one delta; a replica that is further behind needs a snapshot */
  constructor(
    private readonly ledger: HeadLedger,
    profile: ReplicaProfile,
    private readonly maxLogs = Number.POSITIVE_INFINITY,
  ) {
    this.#heads = new LedgerHeads(ledger, profile)
  }

  async delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    const newest = await this.#newest(height, wait, signal)
    return newest.number <= height ? null : this.#delta(height, newest)
  }

  /** Not supported: the replica of an own ledger starts with the logs. */
  async snapshot(): Promise<Uint8Array> {
    throw new Error('a ledger has no snapshot')
  }

  /** The headers that lead from block `height` to `to`, for snapshots. */
  path(height: number, to: Header): Promise<HeadSection['path']> {
    return this.#heads.path(height, to)
  }

  /** The statements of the profile's witnesses about the block at that height. */
  statements(height: number): Promise<readonly string[]> {
    return this.#heads.statements(height)
  }

  #delta(height: number, to: Header): Promise<Uint8Array | null> {
    const key = `${height}-${to.number}`
    const cached = this.#deltas.get(key)
    if (cached) return cached
    const made = this.#heads.delta(height, to, this.maxLogs)
    made.catch(() => this.#deltas.delete(key))
    this.#deltas.set(key, made)
    return made
  }

  async #newest(height: number, wait: number, signal: AbortSignal | undefined): Promise<Header> {
    if (wait === 0) return this.#heads.newest()
    // Subscribes before the request, so that a head that arrives during it is not missed.
    const next = this.#nextHead(height, wait, signal)
    try {
      const newest = await this.#heads.newest()
      if (newest.number > height) return newest
      await next.reached
    } finally {
      next.cancel()
    }
    return this.#heads.newest()
  }

  #nextHead(height: number, wait: number, signal: AbortSignal | undefined): NextHead {
    const { promise: reached, resolve } = Promise.withResolvers<void>()
    const cancel = () => {
      stop()
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
      resolve()
    }
    const stop = this.ledger.onHead(({ number }) => {
      if (number > height) cancel()
    })
    const timer = setTimeout(cancel, wait * 1000)
    if (signal?.aborted) cancel()
    else signal?.addEventListener('abort', cancel)
    return { reached, cancel }
  }
}

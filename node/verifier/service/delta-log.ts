import { sleep } from '../../lib/time.ts'
import { type HeadSource, TooFarBehind } from '../replica/source.ts'

/** The most bytes of deltas that are kept. */
const MAX_BYTES = 16 * 2 ** 20

/**
 * The deltas that a replica applied, for devices that follow the service as the service follows the ledger. A device that is
 * at the beginning of a kept delta gets that one; any other begins with a snapshot.
 */
export class DeltaLog {
  /** By the height at which they begin, the oldest first. */
  readonly #kept = new Map<number, Uint8Array>()
  #bytes = 0
  #height: number | null = null
  #changed = new AbortController()

  /** A delta of this source that the replica at `from` applied. */
  applied(from: number, bytes: Uint8Array, height: number): void {
    this.#kept.set(from, bytes)
    this.#bytes += bytes.length
    for (const [first, dropped] of this.#kept) {
      if (this.#bytes <= MAX_BYTES) break
      this.#kept.delete(first)
      this.#bytes -= dropped.length
    }
    this.#advance(height)
  }

  /** The replica began anew with a snapshot of this height. */
  began(height: number): void {
    this.#advance(height)
  }

  /** As `HeadSource.delta`. @throws {TooFarBehind} */
  async delta(
    height: number,
    wait: number,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Uint8Array | null> {
    if (height === this.#height && wait > 0) await sleep(wait * 1000, AbortSignal.any([signal, this.#changed.signal]))
    const found = this.#kept.get(height)
    if (found) return found
    if (height === this.#height) return null
    throw new TooFarBehind('this service has no delta from there')
  }

  #advance(height: number): void {
    this.#height = height
    this.#changed.abort()
    this.#changed = new AbortController()
  }
}

/** Remembers the last delta of a source, so that it can be kept once the replica has applied it. */
export class RememberingSource implements HeadSource {
  last: { readonly from: number; readonly bytes: Uint8Array } | null = null

  constructor(private readonly source: HeadSource) {}

  async delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    const bytes = await this.source.delta(height, wait, signal)
    this.last = bytes && { from: height, bytes }
    return bytes
  }

  snapshot(signal?: AbortSignal): Promise<Uint8Array> {
    this.last = null
    return this.source.snapshot(signal)
  }
}

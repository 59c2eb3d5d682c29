/**
 * The one-way presentations that this checker has seen, for as long as it would accept them again. Two checkers do not
 * share them (docs/in-person-one-way.md).
 */
import { sha256Base64url } from '#crypto'
import type { UnixSeconds } from '../../lib/time.ts'

/** The longest time for which a presentation is accepted, from 15 seconds ahead to 45 seconds old, and a margin. */
const RETENTION = 120
/** No camera reads so many in that time. */
const MAX_SEEN = 4096

/** `[digest of the nonce, when it was seen]`: it contains nothing about a holder. */
export type Seen = readonly [digest: string, at: UnixSeconds]

/** Where they outlive a reload of the page. */
export interface SeenStore {
  read(): Promise<readonly Seen[]>
  /** Replaces them. Durable when it resolves. */
  write(seen: readonly Seen[]): Promise<void>
}

export class SeenPresentations {
  readonly #seen: Map<string, UnixSeconds>
  /** One write after the other, so that an older list never replaces a newer one. */
  #written: Promise<void> = Promise.resolve()

  private constructor(
    private readonly store: SeenStore,
    seen: readonly Seen[],
  ) {
    this.#seen = new Map(seen)
  }

  static async open(store: SeenStore): Promise<SeenPresentations> {
    return new SeenPresentations(store, await store.read())
  }

  /**
   * Remembers a presentation. It counts as seen at once, and after a reload when this resolves.
   * @returns `full`: nothing was remembered, so it must not be accepted
   */
  async add(nonce: string, now: UnixSeconds): Promise<'new' | 'seen' | 'full'> {
    const digest = sha256Base64url(nonce)
    this.#forget(now)
    if (this.#seen.has(digest)) return 'seen'
    if (this.#seen.size >= MAX_SEEN) return 'full'
    this.#seen.set(digest, now)
    this.#written = this.#written.catch(() => {}).then(() => this.store.write([...this.#seen]))
    await this.#written
    return 'new'
  }

  /** A clock that was set back forgets nothing: what is from the future stays. */
  #forget(now: UnixSeconds): void {
    for (const [digest, at] of this.#seen) if (now - at > RETENTION) this.#seen.delete(digest)
  }
}

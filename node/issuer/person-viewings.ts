/**
 * Who looked at whose data. Before an operator is shown something of a person, the journal has the operator, the person's
 * random id and the time. A clerk opens the pages of one person many times for one application, so within ten minutes the
 * same operator and person make one entry. Why: docs/decisions/158.
 */
import { toHex } from '../lib/bytes.ts'
import { MINUTE, type UnixSeconds } from '../lib/time.ts'
import type { Store } from '../store/store.ts'
import type { Journal } from './journal.ts'

export const VIEWING_SECONDS = 10 * MINUTE

interface Viewing {
  readonly at: UnixSeconds
  readonly written: Promise<unknown>
}

export class PersonViewings {
  /** Those of the last ten minutes, oldest first. After a restart the first viewing makes an entry again. */
  readonly #recent = new Map<string, Viewing>()

  constructor(
    private readonly store: Store,
    private readonly journal: Journal,
  ) {}

  /**
   * Resolves when the journal has all of them.
   * @param by who looks
   */
  async record(people: readonly Uint8Array[], by: string, now: UnixSeconds): Promise<void> {
    this.#forget(now)
    const keys = people.map(person => ({ person: toHex(person), key: `${by} ${toHex(person)}` }))
    const added = keys.filter(({ key }) => !this.#recent.has(key))
    if (added.length > 0) {
      const event = 'resident.viewed'
      const written = this.store.commit(added.map(({ person }) => this.journal.append({ at: now, event, person, by })))
      for (const { key } of added) this.#recent.set(key, { at: now, written })
      written.catch(() => {
        for (const { key } of added) if (this.#recent.get(key)?.written === written) this.#recent.delete(key)
      })
    }
    // Another request may have begun an entry that is not on disk yet.
    await Promise.all(keys.map(({ key }) => this.#recent.get(key)?.written))
  }

  /** A time ahead of the clock is forgotten, too: the clock was set back. */
  #forget(now: UnixSeconds): void {
    for (const [key, { at }] of this.#recent) {
      if (at > now || now - at >= VIEWING_SECONDS) this.#recent.delete(key)
    }
  }
}

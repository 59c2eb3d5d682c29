/**
 * How often the face of a person's card did not match, over all sessions. Otherwise whoever has a stolen card could begin
 * a new session after two failures. Only the newest session of a person may show a face, so that parallel ones give no
 * further tries.
 */
import type { Hex } from '../../lib/bytes.ts'
import { type Clock, DAY, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'

export const FACE_TRIES = 3
/** Seconds after which failures are forgotten, if they were fewer than `FACE_TRIES`. */
const REMEMBERED = DAY

interface Tries {
  readonly failures: number
  /** SHA-256 of the session that may show a face. */
  readonly session: Hex
  readonly expiresAt: UnixSeconds
}

export class FaceTries {
  readonly #table: Table<Uint8Array, Tries>

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    this.#table = new Table(store, Bucket.chipFace, bytesCodec, jsonCodec())
  }

  failures(person: Uint8Array): number {
    return this.#of(person)?.failures ?? 0
  }

  mayShow(person: Uint8Array, session: Hex): boolean {
    return this.#of(person)?.session === session
  }

  /** From now on, only this session may show a face of the person. */
  begin(person: Uint8Array, session: Hex): WriteOp {
    return this.#put(person, session, this.failures(person))
  }

  failed(person: Uint8Array, session: Hex): WriteOp {
    return this.#put(person, session, this.failures(person) + 1)
  }

  end(person: Uint8Array): WriteOp {
    return this.#table.del(person)
  }

  async sweep(): Promise<void> {
    const now = this.clock()
    const deletions: WriteOp[] = []
    for await (const [person, { expiresAt }] of this.#table.entries())
      if (now >= expiresAt) deletions.push(this.#table.del(person))
    if (deletions.length > 0) await this.store.commit(deletions)
  }

  #of(person: Uint8Array): Tries | undefined {
    const found = this.#table.get(person)
    return found && this.clock() < found.expiresAt ? found : undefined
  }

  #put(person: Uint8Array, session: Hex, failures: number): WriteOp {
    return this.#table.put(person, { failures, session, expiresAt: this.clock() + REMEMBERED })
  }
}

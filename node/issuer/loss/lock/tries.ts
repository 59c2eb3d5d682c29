/**
 * Counts wrong tries at the page for locking, for each line and for each address, by the hour. They are on disk, so a restart
 * gives no new ones. Keys are keyed hashes: no number and no address is stored.
 */
import { type Clock, HOUR, type UnixSeconds } from '../../../lib/time.ts'
import { Bucket } from '../../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../../store/store.ts'
import type { Vault } from '../../../store/vault.ts'

/** On disk. */
interface LockTries {
  readonly wrong: number
  readonly until: UnixSeconds
}

export const TRIES_PER_LINE = 10
export const TRIES_PER_ADDRESS = 30

export class Tries {
  readonly #table: Table<Uint8Array, LockTries>
  /** Of this process, so that tries at the same time count too. */
  readonly #counts = new Map<string, LockTries>()
  #sweptAt = 0

  constructor(
    private readonly store: Store,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {
    this.#table = new Table(store, Bucket.lockTries, bytesCodec, jsonCodec())
  }

  /** @param name `line <number>` or `address <address>` */
  wrong(name: string): number {
    const found = this.#counts.get(name) ?? this.#table.get(this.#key(name))
    return found && found.until > this.clock() ? found.wrong : 0
  }

  /** The operations that count one more for each name. */
  count(names: readonly string[]): WriteOp[] {
    return names.map(name => {
      const now = this.clock()
      const before = this.#counts.get(name) ?? this.#table.get(this.#key(name))
      const tries =
        before && before.until > now ? { ...before, wrong: before.wrong + 1 } : { wrong: 1, until: now + HOUR }
      this.#counts.set(name, tries)
      return this.#table.put(this.#key(name), tries)
    })
  }

  /** Deletes what has expired. */
  async sweep(): Promise<void> {
    const now = this.clock()
    if (now - this.#sweptAt < HOUR) return
    this.#sweptAt = now
    for (const [name, { until }] of this.#counts) if (until <= now) this.#counts.delete(name)
    const ended: WriteOp[] = []
    for await (const [key, { until }] of this.#table.entries()) if (until <= now) ended.push(this.#table.del(key))
    await this.store.commit(ended)
  }

  #key(name: string): Uint8Array {
    return this.vault.index('lock tries', name)
  }
}

/**
 * Suspensions that are published before the ledger has them: the status lists that are served contain them as soon as
 * they are on disk. They are for what must not wait for a ledger that is out of reach, such as a loss report.
 *
 *   hold ─▶ commit with its cause ─▶ in every list from now on ─▶ the ledger suspends or revokes ─▶ ended
 *                                                             └─▶ released by whoever held it
 *
 * A hold never changes the ledger: whoever holds also sends the transaction. It ends in the commit that stores the
 * ledger's word (mirror.ts), so no list in between says VALID. Only a suspension can be held: it is undone if it was wrong.
 * Why: docs/decisions/191.
 */
import { concat, fromUtf8, readU32be, readU64be, u32be, u64be, utf8 } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { Bucket } from '../store/buckets.ts'
import { type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { StatusIndex } from './allocator.ts'

interface HeldKey extends StatusIndex {
  readonly cause: string
}

/** On disk. */
interface HeldEntry {
  readonly at: UnixSeconds
}

interface HeldList {
  /** By index: when each cause began. */
  readonly entries: Map<number, Map<string, UnixSeconds>>
  version: number
  /** The latest beginning of all holds that there were since the start. */
  since: UnixSeconds
}

const heldKey: Codec<HeldKey> = {
  encode: ({ list, idx, cause }) => concat(u64be(list), u32be(idx), utf8(cause)),
  decode: bytes => ({ list: readU64be(bytes), idx: readU32be(bytes, 8), cause: fromUtf8(bytes.subarray(12)) }),
}

export class HeldSuspensions {
  readonly #table: Table<HeldKey, HeldEntry>
  readonly #lists = new Map<bigint, HeldList>()

  private constructor(store: Store) {
    this.#table = new Table(store, Bucket.heldSuspension, heldKey, jsonCodec())
  }

  static async open(store: Store): Promise<HeldSuspensions> {
    const held = new HeldSuspensions(store)
    for await (const [key, { at }] of held.#table.entries()) held.#note(key, at)
    return held
  }

  /**
   * The operation that holds a suspension. The lists contain it from this call on, so commit it at once. If the commit
   * fails, the lists are stricter than the disk until the next start.
   * @param cause who holds it: `<kind>:<id>`, no personal data. Another cause holds the same index beside it
   */
  hold(index: StatusIndex, cause: string, at: UnixSeconds): WriteOp {
    const key = { ...index, cause }
    this.#note(key, at)
    return this.#table.put(key, { at })
  }

  /** The operations that end the hold of this cause on an index. Others may still hold it. */
  release(index: StatusIndex, cause: string): WriteOp[] {
    const causes = this.#lists.get(index.list)?.entries.get(index.idx)
    return causes?.has(cause) ? this.#end(index, [cause]) : []
  }

  /** The operations that end all holds of an index, because the ledger has now suspended or revoked it. */
  settle(index: StatusIndex): WriteOp[] {
    const causes = this.#lists.get(index.list)?.entries.get(index.idx)
    return causes ? this.#end(index, [...causes.keys()]) : []
  }

  /** When the suspension of an index was first held; undefined if it is not. */
  heldSince({ list, idx }: StatusIndex): UnixSeconds | undefined {
    const causes = this.#lists.get(list)?.entries.get(idx)
    return causes && Math.min(...causes.values())
  }

  /** What holds the suspension of an index. */
  causes({ list, idx }: StatusIndex): readonly string[] {
    return [...(this.#lists.get(list)?.entries.get(idx)?.keys() ?? [])]
  }

  /** The held indexes of a list, with a number that increases with every change, and the time of the newest hold. */
  of(list: bigint): { readonly indexes: readonly number[]; readonly version: number; readonly since: UnixSeconds } {
    const found = this.#lists.get(list)
    if (!found) return { indexes: [], version: 0, since: 0 }
    return { indexes: [...found.entries.keys()], version: found.version, since: found.since }
  }

  #note({ list, idx, cause }: HeldKey, at: UnixSeconds): void {
    const held = this.#lists.get(list) ?? { entries: new Map(), version: 0, since: 0 }
    this.#lists.set(list, held)
    const causes = held.entries.get(idx) ?? new Map<string, UnixSeconds>()
    held.entries.set(idx, causes.set(cause, at))
    held.version++
    held.since = Math.max(held.since, at)
  }

  #end(index: StatusIndex, causes: readonly string[]): WriteOp[] {
    const held = this.#lists.get(index.list) as HeldList
    const present = held.entries.get(index.idx) as Map<string, UnixSeconds>
    for (const cause of causes) present.delete(cause)
    if (present.size === 0) held.entries.delete(index.idx)
    held.version++
    return causes.map(cause => this.#table.del({ ...index, cause }))
  }
}

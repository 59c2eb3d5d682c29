/**
 * Status indexes, given out at random without replacement, so that an index says nothing of when or to whom a card
 * was issued (Token Status List §12.5). A list's order is shuffled once and stored, sealed, in chunks; a chunk that
 * is used up is deleted, and with it the last trace of the order.
 *
 * Indexes are reserved a block at a time: the cursor on disk has passed a block before the first index of it is given
 * out. So the orders of cards may be committed in any order, or not at all, and a restart loses the rest of a block
 * but never gives an index twice.
 * Why: docs/decisions/008.
 */
import { concat, concatAll, readU32be, readU64be, u16be, u32be, u64be } from '../lib/bytes.ts'
import { pooled, type Random, randomBelow, shuffle } from '../lib/random.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { StatusError } from './errors.ts'

export interface StatusIndex {
  /** On-chain list id: organisation << 32 | number. */
  readonly list: bigint
  readonly idx: number
}

/** On disk. */
interface StatusList {
  readonly capacity: number
  /** How many indexes have been reserved: given out, or about to be. */
  readonly used: number
}

interface OpenList {
  readonly capacity: number
  used: number
  /** Reserved, not yet given out. */
  readonly ready: number[]
  reserving: Promise<void> | undefined
}

const CHUNK = 1024
/** A restart loses fewer than this many of a list's indexes; one commit is shared by as many cards. */
const BLOCK = 64

const listKey: Codec<bigint> = { encode: u64be, decode: bytes => readU64be(bytes) }
const chunkKey: Codec<{ list: bigint; chunk: number }> = {
  encode: ({ list, chunk }) => concat(u64be(list), u16be(chunk)),
  decode: bytes => ({ list: readU64be(bytes), chunk: ((bytes[8] as number) << 8) | (bytes[9] as number) }),
}

export class StatusAllocator {
  readonly #lists: Table<bigint, StatusList>
  readonly #chunks: Table<{ list: bigint; chunk: number }, Uint8Array>
  readonly #open = new Map<bigint, OpenList>()

  private constructor(
    private readonly store: Store,
    private readonly vault: Vault,
    private readonly random: Random,
  ) {
    this.#lists = new Table(store, Bucket.statusList, listKey, jsonCodec())
    this.#chunks = new Table(store, Bucket.statusShuffle, chunkKey, bytesCodec)
  }

  static async open(store: Store, vault: Vault, random: Random): Promise<StatusAllocator> {
    const allocator = new StatusAllocator(store, vault, random)
    for await (const [list, { capacity, used }] of allocator.#lists.entries()) allocator.#add(list, capacity, used)
    return allocator
  }

  get lists(): readonly bigint[] {
    return [...this.#open.keys()]
  }

  get remaining(): number {
    return [...this.#open.values()].reduce((sum, { capacity, used, ready }) => sum + capacity - used + ready.length, 0)
  }

  knows(list: bigint): boolean {
    return this.#lists.has(list)
  }

  /** Makes a list that is open on the ledger available, once its order is on disk. */
  async addList(list: bigint, capacity: number): Promise<void> {
    const order = shuffle(
      Uint32Array.from({ length: capacity }, (_, i) => i),
      pooled(this.random, 4 * capacity),
    )
    const ops = [this.#lists.put(list, { capacity, used: 0 })]
    for (let chunk = 0; chunk * CHUNK < capacity; chunk++) {
      const indexes = concatAll(Array.from(order.subarray(chunk * CHUNK, (chunk + 1) * CHUNK), u32be))
      ops.push(this.#chunks.put({ list, chunk }, this.vault.sealForInstall(context(list, chunk), indexes)))
    }
    await this.store.commit(ops)
    this.#add(list, capacity, 0)
  }

  /** @throws {StatusError} STATUS_LISTS_FULL */
  async take(): Promise<StatusIndex> {
    for (;;) {
      const lists = this.lists
      if (lists.length === 0) {
        throw new StatusError(
          { code: 'STATUS_LISTS_FULL' },
          'Every status list is used up. The next one opens by itself when the ledger answers; try again then.',
        )
      }
      const list = lists[randomBelow(this.random, lists.length)] as bigint
      const state = this.#open.get(list) as OpenList
      const idx = state.ready.pop()
      const more = state.used < state.capacity
      if (!more && !state.reserving && state.ready.length === 0) this.#open.delete(list)
      if (idx !== undefined) return { list, idx }
      if (more) {
        state.reserving ??= this.#reserve(list, state).finally(() => {
          state.reserving = undefined
        })
      }
      await state.reserving
    }
  }

  #add(list: bigint, capacity: number, used: number): void {
    if (used < capacity) this.#open.set(list, { capacity, used, ready: [], reserving: undefined })
  }

  async #reserve(list: bigint, state: OpenList): Promise<void> {
    const chunk = Math.floor(state.used / CHUNK)
    const end = Math.min(state.used + BLOCK, (chunk + 1) * CHUNK, state.capacity)
    const sealed = this.#chunks.get({ list, chunk })
    if (!sealed) throw new TypeError(`the order of status list ${list} has no chunk ${chunk}`)
    const indexes = this.vault.openForInstall(context(list, chunk), sealed)
    const block: number[] = []
    for (let at = state.used; at < end; at++) block.push(readU32be(indexes, (at % CHUNK) * 4))
    // Whether or not the commit succeeds, this process does not come back to the block.
    state.used = end
    const ops: WriteOp[] = [this.#lists.put(list, { capacity: state.capacity, used: end })]
    if (end % CHUNK === 0 || end === state.capacity) ops.push(this.#chunks.del({ list, chunk }))
    await this.store.commit(ops)
    state.ready.push(...block)
  }
}

const context = (list: bigint, chunk: number) => `status order ${list} ${chunk}`

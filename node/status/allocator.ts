/**
 * Gives out status indexes at random, each once, so that an index reveals neither when nor to whom a card was issued
 * (Token Status List §12.5). The indexes of a list are shuffled once. The shuffled sequence is stored in encrypted chunks,
 * and a chunk is deleted when its last index is reserved, so that nobody can read the sequence later.
 *
 * Indexes are reserved in blocks. The commit of a block moves the stored count past it before its first index is given
 * out. So the records that use the indexes may be committed in any order, or never. A restart loses the rest of a block,
 * and no index is given out twice.
 * Why: docs/decisions/008.
 */
import { concat, concatAll, readU32be, readU64be, u16be, u32be, u64be } from '../lib/bytes.ts'
import { bufferedRandom, type Random, randomBelow, shuffle } from '../lib/random.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { StatusError } from './errors.ts'

export interface StatusIndex {
  /** The list's id on the ledger: organisation << 32 | number. */
  readonly list: bigint
  readonly idx: number
}

/** On disk. */
interface StatusList {
  readonly capacity: number
  /** How many indexes have been reserved. */
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
/** How many indexes one commit reserves. A restart loses at most this many of a list. */
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
  readonly #adding = new Map<bigint, Promise<void>>()

  private constructor(
    private readonly store: Store,
    private readonly vault: Vault,
    private readonly random: Random,
    private readonly isValid: (index: StatusIndex) => boolean,
  ) {
    this.#lists = new Table(store, Bucket.statusList, listKey, jsonCodec())
    this.#chunks = new Table(store, Bucket.statusShuffle, chunkKey, bytesCodec)
  }

  /** @param isValid whether the ledger has the status VALID at that index. Others are not given out, and are used up */
  static async open(
    store: Store,
    vault: Vault,
    random: Random,
    isValid: (index: StatusIndex) => boolean = () => true,
  ): Promise<StatusAllocator> {
    const allocator = new StatusAllocator(store, vault, random, isValid)
    for await (const [list, { capacity, used }] of allocator.#lists.entries()) allocator.#add(list, capacity, used)
    return allocator
  }

  get lists(): readonly bigint[] {
    return [...this.#open.keys()]
  }

  get remaining(): number {
    return [...this.#open.values()].reduce((sum, { capacity, used, ready }) => sum + capacity - used + ready.length, 0)
  }

  /** Whether the list was added, even if it has no index left. */
  hasList(list: bigint): boolean {
    return this.#lists.has(list)
  }

  /**
   * Adds a list that is open on the ledger. Its indexes are available when their shuffled sequence is on disk. A list that
   * was added before keeps its sequence, because a new one would give indexes out again that are in cards.
   */
  async addList(list: bigint, capacity: number): Promise<void> {
    if (this.hasList(list) || this.#adding.has(list)) return this.#adding.get(list)
    const adding = this.#shuffle(list, capacity).finally(() => this.#adding.delete(list))
    this.#adding.set(list, adding)
    return adding
  }

  /** @throws {StatusError} STATUS_LISTS_FULL */
  async take(): Promise<StatusIndex> {
    for (;;) {
      const lists = this.lists
      if (lists.length === 0) {
        throw new StatusError(
          { code: 'STATUS_LISTS_FULL' },
          'No status list has an index left. The node opens the next list when it reaches the ledger. Try again later.',
        )
      }
      const list = lists[randomBelow(this.random, lists.length)] as bigint
      const state = this.#open.get(list) as OpenList
      const idx = state.ready.pop()
      const more = state.used < state.capacity
      if (!more && !state.reserving && state.ready.length === 0) this.#open.delete(list)
      if (idx !== undefined) {
        if (this.isValid({ list, idx })) return { list, idx }
        continue
      }
      if (more) {
        state.reserving ??= this.#reserve(list, state).finally(() => {
          state.reserving = undefined
        })
      }
      await state.reserving
    }
  }

  async #shuffle(list: bigint, capacity: number): Promise<void> {
    const shuffled = shuffle(
      Uint32Array.from({ length: capacity }, (_, i) => i),
      bufferedRandom(this.random, 4 * capacity),
    )
    const ops = [this.#lists.put(list, { capacity, used: 0 })]
    for (let chunk = 0; chunk * CHUNK < capacity; chunk++) {
      const indexes = concatAll(Array.from(shuffled.subarray(chunk * CHUNK, (chunk + 1) * CHUNK), u32be))
      ops.push(this.#chunks.put({ list, chunk }, this.vault.sealForInstall(context(list, chunk), indexes)))
    }
    await this.store.commit(ops)
    this.#add(list, capacity, 0)
  }

  #add(list: bigint, capacity: number, used: number): void {
    if (used < capacity) this.#open.set(list, { capacity, used, ready: [], reserving: undefined })
  }

  async #reserve(list: bigint, state: OpenList): Promise<void> {
    const chunk = Math.floor(state.used / CHUNK)
    const end = Math.min(state.used + BLOCK, (chunk + 1) * CHUNK, state.capacity)
    const sealed = this.#chunks.get({ list, chunk })
    if (!sealed) throw new TypeError(`chunk ${chunk} of the indexes of status list ${list} is missing`)
    const indexes = this.vault.openForInstall(context(list, chunk), sealed)
    const block: number[] = []
    for (let at = state.used; at < end; at++) block.push(readU32be(indexes, (at % CHUNK) * 4))
    // Also if the commit fails: it may be on disk nevertheless, so this process must not reserve the block again.
    state.used = end
    const ops: WriteOp[] = [this.#lists.put(list, { capacity: state.capacity, used: end })]
    if (end % CHUNK === 0 || end === state.capacity) ops.push(this.#chunks.del({ list, chunk }))
    await this.store.commit(ops)
    state.ready.push(...block)
  }
}

/** Stored blocks are sealed under this text: it must not change. */
const context = (list: bigint, chunk: number) => `status order ${list} ${chunk}`

/**
 * Status indexes, given out at random without replacement, so that an index says nothing of when or to whom a card
 * was issued (Token Status List §12.5). A list's order is shuffled once and stored, sealed, in chunks; a chunk that
 * is used up is deleted, and with it the last trace of the order.
 *
 * `take` moves a cursor in memory and returns the operation that makes it durable. An index whose commit fails is
 * lost, never given out twice.
 */
import { concat, readU32be, readU64be, u16be, u32be, u64be } from '../lib/bytes.ts'
import { type Random, randomBelow, shuffle } from '../lib/random.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { StatusError } from './errors.ts'

export interface StatusIndex {
  /** On-chain list id: organisation << 32 | number. */
  readonly list: bigint
  readonly idx: number
}

interface StatusList {
  readonly capacity: number
  /** How many indexes have been given out. */
  readonly used: number
}

const CHUNK = 1024

const listKey: Codec<bigint> = { encode: u64be, decode: bytes => readU64be(bytes) }
const chunkKey: Codec<{ list: bigint; chunk: number }> = {
  encode: ({ list, chunk }) => concat(u64be(list), u16be(chunk)),
  decode: bytes => ({ list: readU64be(bytes), chunk: ((bytes[8] as number) << 8) | (bytes[9] as number) }),
}

export class StatusAllocator {
  readonly #lists: Table<bigint, StatusList>
  readonly #chunks: Table<{ list: bigint; chunk: number }, Uint8Array>
  readonly #open = new Map<bigint, { readonly capacity: number; used: number }>()
  /** The chunk each list is being served from, opened. */
  readonly #current = new Map<bigint, { readonly chunk: number; readonly indexes: Uint8Array }>()

  private constructor(
    store: Store,
    private readonly vault: Vault,
    private readonly random: Random,
  ) {
    this.#lists = new Table(store, Bucket.statusList, listKey, jsonCodec())
    this.#chunks = new Table(store, Bucket.statusShuffle, chunkKey, bytesCodec)
  }

  static async open(store: Store, vault: Vault, random: Random): Promise<StatusAllocator> {
    const allocator = new StatusAllocator(store, vault, random)
    for await (const [list, { capacity, used }] of allocator.#lists.entries()) {
      if (used < capacity) allocator.#open.set(list, { capacity, used })
    }
    return allocator
  }

  get lists(): readonly bigint[] {
    return [...this.#open.keys()]
  }

  get remaining(): number {
    return [...this.#open.values()].reduce((sum, { capacity, used }) => sum + capacity - used, 0)
  }

  knows(list: bigint): boolean {
    return this.#lists.has(list)
  }

  /** Makes a list that is open on the ledger available; commit the operations before calling `take`. */
  addList(list: bigint, capacity: number): WriteOp[] {
    const order = shuffle(
      Uint32Array.from({ length: capacity }, (_, i) => i),
      this.random,
    )
    const ops = [this.#lists.put(list, { capacity, used: 0 })]
    for (let chunk = 0; chunk * CHUNK < capacity; chunk++) {
      const indexes = concat(...Array.from(order.subarray(chunk * CHUNK, (chunk + 1) * CHUNK), u32be))
      ops.push(this.#chunks.put({ list, chunk }, this.vault.sealForInstall(context(list, chunk), indexes)))
    }
    this.#open.set(list, { capacity, used: 0 })
    return ops
  }

  /** @throws {StatusError} STATUS_LISTS_FULL */
  take(): { readonly index: StatusIndex; readonly ops: readonly WriteOp[] } {
    const lists = this.lists
    if (lists.length === 0) {
      throw new StatusError(
        { code: 'STATUS_LISTS_FULL' },
        'Every status list is used up. The next one opens by itself when the ledger answers; try again then.',
      )
    }
    const list = lists[randomBelow(this.random, lists.length)] as bigint
    const state = this.#open.get(list) as { capacity: number; used: number }
    const chunk = Math.floor(state.used / CHUNK)
    const idx = readU32be(this.#indexes(list, chunk), (state.used % CHUNK) * 4)
    state.used++
    const ops = [this.#lists.put(list, { ...state })]
    if (state.used % CHUNK === 0 || state.used === state.capacity) {
      ops.push(this.#chunks.del({ list, chunk }))
      this.#current.delete(list)
    }
    if (state.used === state.capacity) this.#open.delete(list)
    return { index: { list, idx }, ops }
  }

  #indexes(list: bigint, chunk: number): Uint8Array {
    const current = this.#current.get(list)
    if (current?.chunk === chunk) return current.indexes
    const sealed = this.#chunks.get({ list, chunk })
    if (!sealed) throw new TypeError(`the order of status list ${list} has no chunk ${chunk}`)
    const indexes = this.vault.openForInstall(context(list, chunk), sealed)
    this.#current.set(list, { chunk, indexes })
    return indexes
  }
}

const context = (list: bigint, chunk: number) => `status order ${list} ${chunk}`

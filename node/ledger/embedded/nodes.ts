import { Key } from './schema.ts'
import { DamagedStore, type Store } from './store.ts'

/**
 * Trie nodes and code by hash, with the recently used ones in memory: two generations, the older dropped when the
 * younger is full, so that an entry in use survives. Everything in it is on disk, under its own hash.
 */
export class NodeStore {
  readonly #store: Store
  readonly #capacity: number
  #young = new Map<string, Uint8Array>()
  #old = new Map<string, Uint8Array>()

  constructor(store: Store, capacity = 20_000) {
    this.#store = store
    this.#capacity = capacity
  }

  /** @throws {DamagedStore} if the node is not on disk */
  load(hash: Uint8Array): Uint8Array {
    const id = Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex')
    const young = this.#young.get(id)
    if (young !== undefined) return young
    const found = this.#old.get(id) ?? this.#store.get(Key.node(hash))
    if (found === undefined) throw new DamagedStore(`trie node ${id}`)
    this.keep(id, found)
    return found
  }

  code(hash: Uint8Array): Uint8Array | undefined {
    return this.#store.get(Key.code(hash))
  }

  /** `id` is the node's hash in hex without 0x. */
  keep(id: string, node: Uint8Array): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(id, node)
  }
}

import { equalBytes } from '../../lib/bytes.ts'
import { EMPTY_CODE_HASH } from '../../proof/account.ts'
import { DamagedStore, type LedgerStore } from './ledger-store.ts'
import { LedgerKey } from './schema.ts'

/** The number of contracts whose code is cached. */
const MAX_CODES = 100

/**
 * Reads trie nodes and contract code from disk by their hashes, and caches them. The cache of nodes has two
 * generations: when the younger is full, the older is dropped, so a node that is in use stays.
 */
export class TrieNodeStore {
  readonly #store: LedgerStore
  readonly #capacity: number
  readonly #codes = new Map<string, Uint8Array>()
  #young = new Map<string, Uint8Array>()
  #old = new Map<string, Uint8Array>()

  constructor(store: LedgerStore, capacity = 10_000) {
    this.#store = store
    this.#capacity = capacity
  }

  /** @throws {DamagedStore} if the node is not on disk */
  load(hash: Uint8Array): Uint8Array {
    const id = hexOf(hash)
    const young = this.#young.get(id)
    if (young !== undefined) return young
    const found = this.#old.get(id) ?? this.#store.get(LedgerKey.node(hash))
    if (found === undefined) throw new DamagedStore(`trie node ${id}`)
    this.#keep(id, found)
    return found
  }

  /** @throws {DamagedStore} if the code is not on disk */
  code(hash: Uint8Array): Uint8Array {
    if (equalBytes(hash, EMPTY_CODE_HASH)) return new Uint8Array(0)
    const id = hexOf(hash)
    const found = this.#codes.get(id) ?? this.#store.get(LedgerKey.code(hash))
    if (found === undefined) throw new DamagedStore(`contract code ${id}`)
    if (this.#codes.size >= MAX_CODES) this.#codes.clear()
    this.#codes.set(id, found)
    return found
  }

  #keep(id: string, node: Uint8Array): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(id, node)
  }
}

const hexOf = (hash: Uint8Array) => Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex')

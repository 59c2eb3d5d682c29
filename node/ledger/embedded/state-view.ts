import { keccak256 } from '#crypto'
import { type Account, decodeAccount, EMPTY_ACCOUNT } from '../../proof/account.ts'
import { decodeRlp, rlpBytes } from '../../proof/rlp.ts'
import { walkTrie } from '../../proof/trie.ts'
import type { TrieNodeStore } from './trie-node-store.ts'

/** The state of one block, read from its trie, with proofs. The states of all blocks stay on disk. */
export class StateView {
  readonly #load: (hash: Uint8Array) => Uint8Array

  constructor(
    private readonly nodes: TrieNodeStore,
    readonly root: Uint8Array,
  ) {
    this.#load = hash => nodes.load(hash)
  }

  account(address: Uint8Array): Account {
    return this.proveAccount(address).account
  }

  code(address: Uint8Array): Uint8Array {
    return this.nodes.code(this.account(address).codeHash)
  }

  /** The word at a 32-byte slot, without leading zeros. */
  storage(address: Uint8Array, slot: Uint8Array): Uint8Array {
    return this.proveStorage(this.account(address), slot).value
  }

  proveAccount(address: Uint8Array): { account: Account; proof: readonly Uint8Array[] } {
    const { value, nodes } = walkTrie(this.root, keccak256(address), this.#load)
    return { account: value === null ? EMPTY_ACCOUNT : decodeAccount(value), proof: nodes }
  }

  proveStorage(account: Account, slot: Uint8Array): { value: Uint8Array; proof: readonly Uint8Array[] } {
    const { value, nodes } = walkTrie(account.storageRoot, keccak256(slot), this.#load)
    return { value: value === null ? new Uint8Array(0) : rlpBytes(decodeRlp(value), 'storage value'), proof: nodes }
  }
}

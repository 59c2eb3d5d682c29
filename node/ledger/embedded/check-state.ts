import { keccak256 } from '#crypto'
import { equalBytes, toHex } from '../../lib/bytes.ts'
import { decodeAccount, EMPTY_CODE_HASH } from '../../proof/account.ts'
import { decodeRlp, type RlpItem } from '../../proof/rlp.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import { nodeOf, referenceOf } from '../../proof/trie-node.ts'
import type { LedgerStore } from './ledger-store.ts'
import { LedgerKey } from './schema.ts'

/** Checks every trie node and code that the states of blocks reach; each once, even when many blocks share it. */
export class StateWalk {
  readonly #seen = new Set<string>()

  constructor(private readonly store: LedgerStore) {}

  /** Sentences that say what is missing or damaged below `root`. */
  *faults(root: Uint8Array, holdsAccounts = true): Iterable<string> {
    const id = toHex(root)
    if (equalBytes(root, EMPTY_TRIE_ROOT) || this.#seen.has(id)) return
    this.#seen.add(id)
    const node = this.store.get(LedgerKey.node(root))
    if (node === undefined) yield `trie node ${id} is missing`
    else if (!equalBytes(keccak256(node), root)) yield `trie node ${id} is damaged`
    else yield* this.#below(decodeRlp(node), holdsAccounts)
  }

  *#below(item: RlpItem, holdsAccounts: boolean): Iterable<string> {
    const node = nodeOf(item)
    if (node.kind === 'leaf') {
      if (holdsAccounts) yield* this.#account(node.value)
      return
    }
    for (const child of node.kind === 'branch' ? node.children.map(referenceOf) : [node.child]) {
      if (child === null) continue
      if ('hash' in child) yield* this.faults(child.hash, holdsAccounts)
      else yield* this.#below(child.inline, holdsAccounts)
    }
  }

  *#account(value: Uint8Array): Iterable<string> {
    const { storageRoot, codeHash } = decodeAccount(value)
    yield* this.faults(storageRoot, false)
    if (equalBytes(codeHash, EMPTY_CODE_HASH)) return
    const code = this.store.get(LedgerKey.code(codeHash))
    if (code === undefined || !equalBytes(keccak256(code), codeHash)) {
      yield `contract code ${toHex(codeHash)} is missing or damaged`
    }
  }
}

import type { BatchDBOp, DB } from '@ethereumjs/util'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { decodeAccount } from '../../proof/account.ts'
import { decodeRlp, type RlpItem } from '../../proof/rlp.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import { nodeOf, referenceOf } from '../../proof/trie-node.ts'
import type { NodeStore } from './nodes.ts'
import { Key } from './schema.ts'
import type { WriteOp } from './store.ts'

/** The state manager names code by its hash with this prefix ('c'). */
const CODE_PREFIX = '63'
const EMPTY_ROOT = toHex(EMPTY_TRIE_ROOT).slice(2)

/**
 * The database the state manager sees: reads fall through to disk, writes stay here until the block is sealed. Then
 * only what the new state root reaches is stored; the tries' intermediate nodes, most of what is written, are not.
 */
export class Overlay implements DB<string, Uint8Array | string> {
  readonly #nodes: NodeStore
  readonly #written = new Map<string, Uint8Array>()

  constructor(nodes: NodeStore) {
    this.#nodes = nodes
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const written = this.#written.get(key)
    if (written !== undefined) return written
    if (key.length === 66 && key.startsWith(CODE_PREFIX)) return this.#nodes.code(Buffer.from(key.slice(2), 'hex'))
    // The library takes a missing node for an empty place and would go on with a wrong state.
    return key === EMPTY_ROOT ? undefined : this.#nodes.load(Buffer.from(key, 'hex'))
  }

  async put(key: string, value: Uint8Array | string): Promise<void> {
    this.#written.set(key, value as Uint8Array)
  }

  async batch(ops: BatchDBOp<string, Uint8Array | string>[]): Promise<void> {
    for (const op of ops) if (op.type === 'put') await this.put(op.key, op.value)
  }

  /** Nodes are named by their hash and history is kept: nothing is ever deleted. */
  async del(): Promise<void> {}

  async open(): Promise<void> {}

  shallowCopy(): this {
    return this
  }

  clear(): void {
    this.#written.clear()
  }

  /** What must be stored for the state of `stateRoot` to be whole, given that all earlier states are. */
  collect(stateRoot: Uint8Array): { ops: WriteOp[]; nodes: Map<string, Uint8Array> } {
    const ops: WriteOp[] = []
    const nodes = new Map<string, Uint8Array>()
    this.#visit(stateRoot, true, nodes)
    for (const [id, node] of nodes) ops.push({ key: Key.node(Buffer.from(id, 'hex')), value: node })
    for (const [key, value] of this.#written) {
      if (key.length === 66) ops.push({ key: Key.code(fromHex(`0x${key.slice(2)}` as Hex)), value })
    }
    return { ops, nodes }
  }

  #visit(hash: Uint8Array, holdsAccounts: boolean, found: Map<string, Uint8Array>): void {
    const id = Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex')
    const node = this.#written.get(id)
    // Not written in this block: it stands on disk already, and all below it.
    if (node === undefined || found.has(id)) return
    found.set(id, node)
    this.#visitItem(decodeRlp(node), holdsAccounts, found)
  }

  #visitItem(item: RlpItem, holdsAccounts: boolean, found: Map<string, Uint8Array>): void {
    const node = nodeOf(item)
    if (node.kind === 'leaf') {
      if (holdsAccounts) this.#visit(decodeAccount(node.value).storageRoot, false, found)
      return
    }
    const children = node.kind === 'branch' ? node.children.map(referenceOf) : [node.child]
    for (const child of children) {
      if (child === null) continue
      if ('hash' in child) this.#visit(child.hash, holdsAccounts, found)
      else this.#visitItem(child.inline, holdsAccounts, found)
    }
  }
}

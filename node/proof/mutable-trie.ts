import { keccak256 } from '#crypto'
import { equalBytes } from '../lib/bytes.ts'
import { decodeRlp, encodeRlp, type RlpItem } from './rlp.ts'
import { EMPTY_TRIE_ROOT } from './trie.ts'
import { type ChildReference, type Nibbles, nodeOf, packPath, referenceOf, toNibbles } from './trie-node.ts'

/**
 * A Merkle-Patricia trie that is changed in place and hashed once for each block. If a block changes a thousand slots,
 * each node on their paths is hashed once. All keys have the same length (they are hashes), so a branch never has a
 * value.
 */
export class MutableTrie {
  #root: Child
  #rootHash: Uint8Array
  #changed = false
  #loaded = 0

  /** @param load returns the node of a hash, and throws if there is none */
  constructor(
    root: Uint8Array,
    private readonly load: (hash: Uint8Array) => Uint8Array,
  ) {
    this.#rootHash = root
    this.#root = equalBytes(root, EMPTY_TRIE_ROOT) ? null : root
  }

  /** The root at the last `commit`. */
  get rootHash(): Uint8Array {
    return this.#rootHash
  }

  /** The approximate number of nodes in memory. */
  get loaded(): number {
    return this.#loaded
  }

  get(key: Uint8Array): Uint8Array | null {
    const path = toNibbles(key)
    let node = this.#resolve(this.#root)
    this.#root = node
    for (let at = 0; node !== null; ) {
      if (node.kind === 'leaf') return equalBytes(path.subarray(at), node.path) ? node.value : null
      if (node.kind === 'extension') {
        const end = at + node.path.length
        if (!equalBytes(path.subarray(at, end), node.path)) return null
        at = end
        const child = this.#resolve(node.child)
        node.child = child
        node = child
      } else {
        const nibble = path[at] as number
        at += 1
        const child = this.#resolve(node.children[nibble] as Child)
        node.children[nibble] = child
        node = child
      }
    }
    return null
  }

  /** An empty value deletes. */
  put(key: Uint8Array, value: Uint8Array): void {
    const path = toNibbles(key)
    this.#changed = false
    this.#root = value.length === 0 ? this.#delete(this.#root, path, 0) : this.#insert(this.#root, path, 0, value)
  }

  /** Hashes the changed nodes, and passes each new one to `emit`. @returns the root */
  commit(emit: (hash: Uint8Array, node: Uint8Array) => void): Uint8Array {
    if (this.#root === null) {
      this.#rootHash = EMPTY_TRIE_ROOT
    } else if (!(this.#root instanceof Uint8Array)) {
      const reference = referTo(this.#root, emit)
      // The root always has a hash, even if its node is short.
      this.#rootHash = reference instanceof Uint8Array ? reference : emitNode(encodeRlp(reference), emit)
    }
    return this.#rootHash
  }

  #insert(child: Child, path: Nibbles, at: number, value: Uint8Array): Node {
    const node = this.#resolve(child)
    if (node === null) return this.#count({ kind: 'leaf', path: path.subarray(at), value, reference: null })
    node.reference = null
    if (node.kind === 'branch') {
      const nibble = path[at] as number
      node.children[nibble] = this.#insert(node.children[nibble] as Child, path, at + 1, value)
      return node
    }
    const shared = sharedLength(node.path, path, at)
    if (shared === node.path.length) {
      if (node.kind === 'leaf') node.value = value
      else node.child = this.#insert(node.child, path, at + shared, value)
      return node
    }
    const branch = this.#count<Branch>({ kind: 'branch', children: new Array<Child>(16).fill(null), reference: null })
    branch.children[node.path[shared] as number] = withoutPrefix(node, shared + 1)
    const fork = at + shared
    branch.children[path[fork] as number] = this.#insert(null, path, fork + 1, value)
    return shared === 0 ? branch : extend(path.subarray(at, fork), branch)
  }

  #delete(child: Child, path: Nibbles, at: number): Child {
    const node = this.#resolve(child)
    if (node === null) return null
    if (node.kind === 'leaf') {
      this.#changed = equalBytes(path.subarray(at), node.path)
      return this.#changed ? null : node
    }
    if (node.kind === 'extension') {
      const end = at + node.path.length
      if (!equalBytes(path.subarray(at, end), node.path)) return node
      const below = this.#delete(node.child, path, end)
      node.child = below
      // A branch had at least two children, so something is left below an extension.
      return this.#changed ? extend(node.path, below as Node) : node
    }
    const nibble = path[at] as number
    node.children[nibble] = this.#delete(node.children[nibble] as Child, path, at + 1)
    if (!this.#changed) return node
    node.reference = null
    const left = node.children.flatMap((each, i) => (each === null ? [] : [i]))
    const [only, another] = left
    if (only === undefined || another !== undefined) return node
    return extend(Uint8Array.of(only), this.#resolve(node.children[only] as Child) as Node)
  }

  #resolve(child: Child): Node | null {
    if (!(child instanceof Uint8Array)) return child
    return this.#count(fromItem(decodeRlp(this.load(child), 'trie node'), child))
  }

  #count<T extends Node>(node: T): T {
    this.#loaded += 1
    return node
  }
}

/** Null for no child; the hash of a node that is not loaded; or the node. */
type Child = null | Uint8Array | Node
type Node = Leaf | Extension | Branch

interface LoadedNode {
  /** The reference to this node in its parent; null if the node changed since. */
  reference: RlpItem | null
}
interface Leaf extends LoadedNode {
  readonly kind: 'leaf'
  readonly path: Nibbles
  value: Uint8Array
}
interface Extension extends LoadedNode {
  readonly kind: 'extension'
  readonly path: Nibbles
  child: Child
}
interface Branch extends LoadedNode {
  readonly kind: 'branch'
  readonly children: Child[]
}

const NO_VALUE = new Uint8Array(0)

function fromItem(item: RlpItem, reference: RlpItem): Node {
  const node = nodeOf(item)
  if (node.kind === 'leaf') return { ...node, reference }
  if (node.kind === 'extension') return { ...node, child: childOf(node.child), reference }
  return { kind: 'branch', children: node.children.map(each => childOf(referenceOf(each))), reference }
}

function childOf(reference: ChildReference): Child {
  if (reference === null) return null
  return 'hash' in reference ? reference.hash : fromItem(reference.inline, reference.inline)
}

function referTo(node: Node, emit: (hash: Uint8Array, node: Uint8Array) => void): RlpItem {
  if (node.reference !== null) return node.reference
  const item = itemOf(node, child => {
    if (child === null) return NO_VALUE
    return child instanceof Uint8Array ? child : referTo(child, emit)
  })
  const bytes = encodeRlp(item)
  node.reference = bytes.length < 32 ? item : emitNode(bytes, emit)
  return node.reference
}

function itemOf(node: Node, refer: (child: Child) => RlpItem): RlpItem {
  if (node.kind === 'leaf') return [packPath(node.path, true), node.value]
  if (node.kind === 'extension') return [packPath(node.path, false), refer(node.child)]
  return [...node.children.map(refer), NO_VALUE]
}

function emitNode(bytes: Uint8Array, emit: (hash: Uint8Array, node: Uint8Array) => void): Uint8Array {
  const hash = keccak256(bytes)
  emit(hash, bytes)
  return hash
}

/**
 * The node with `prefix` in front of its path: an extension before a branch, otherwise the same node with a longer
 * path.
 */
function extend(prefix: Nibbles, node: Node): Node {
  if (node.kind === 'branch') return { kind: 'extension', path: prefix, child: node, reference: null }
  const path = new Uint8Array(prefix.length + node.path.length)
  path.set(prefix)
  path.set(node.path, prefix.length)
  return { ...node, path, reference: null }
}

/** The node without the first `length` nibbles of its path. */
function withoutPrefix(node: Leaf | Extension, length: number): Child {
  if (node.kind === 'extension' && length === node.path.length) return node.child
  return { ...node, path: node.path.subarray(length), reference: null }
}

function sharedLength(own: Nibbles, path: Nibbles, at: number): number {
  let length = 0
  while (length < own.length && own[length] === path[at + length]) length += 1
  return length
}

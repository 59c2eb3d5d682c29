import { keccak256 } from '#crypto'
import { equalBytes, fromHex, toHex } from '../lib/bytes.ts'
import { malformed, ProofError } from './errors.ts'
import type { RlpItem } from './rlp.ts'
import { type ChildReference, decodeNode, nodeOf, referenceOf, type TrieNode, toNibbles } from './trie-node.ts'

/** keccak256(0x80): the root of an empty trie. */
export const EMPTY_TRIE_ROOT = fromHex('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421')

export interface TrieWalk {
  /** The value at the key; null if the trie has none. */
  readonly value: Uint8Array | null
  /** The nodes on the path that are stored under their hash, from the root down. They are the proof. */
  readonly nodes: readonly Uint8Array[]
}

/**
 * Follows `key` from `root`. Where the keys of the trie are hashes, `key` is one. `load` returns the node of a hash,
 * and must check the hash.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function walkTrie(root: Uint8Array, key: Uint8Array, load: (hash: Uint8Array) => Uint8Array): TrieWalk {
  const nodes: Uint8Array[] = []
  if (equalBytes(root, EMPTY_TRIE_ROOT)) return { value: null, nodes }
  const path = toNibbles(key)
  let at = 0
  let next: ChildReference = { hash: root }
  while (next !== null) {
    const node = resolve(next, load, nodes)
    if (node.kind === 'branch') {
      if (at === path.length) return { value: node.value.length === 0 ? null : node.value, nodes }
      next = referenceOf(node.children[path[at] as number] as RlpItem)
      at += 1
      continue
    }
    const end = at + node.path.length
    const matches = equalBytes(path.subarray(at, end), node.path)
    if (node.kind === 'leaf') return { value: matches && end === path.length ? node.value : null, nodes }
    next = matches ? node.child : null
    at = end
  }
  return { value: null, nodes }
}

/**
 * Checks an untrusted proof. Each node must have the hash that its parent contains, and no node may be unused.
 * @returns the value at `key`, or null if the proof shows that there is none
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH
 */
export function verifyTrieProof(root: Uint8Array, key: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | null {
  let used = 0
  const { value } = walkTrie(root, key, hash => {
    const node = proof[used]
    if (node === undefined) throw malformed('trie proof', 'a node is missing')
    const actual = keccak256(node)
    if (!equalBytes(actual, hash)) {
      const detail = {
        code: 'PROOF_HASH_MISMATCH',
        what: 'trie node',
        expected: toHex(hash),
        actual: toHex(actual),
      } as const
      throw new ProofError(detail, 'the hash of a node is not the one that its parent contains')
    }
    used += 1
    return node
  })
  // For an empty trie, some engines send the one node `0x80`, and some send no node.
  const emptyNode = used === 0 && proof.length === 1 && proof[0]?.length === 1 && proof[0][0] === 0x80
  if (used !== proof.length && !emptyNode) throw malformed('trie proof', 'nodes are left over')
  return value
}

function resolve(
  reference: NonNullable<ChildReference>,
  load: (hash: Uint8Array) => Uint8Array,
  nodes: Uint8Array[],
): TrieNode {
  if ('inline' in reference) return nodeOf(reference.inline)
  const bytes = load(reference.hash)
  nodes.push(bytes)
  return decodeNode(bytes)
}

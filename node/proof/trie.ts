import { keccak256 } from '#crypto'
import { equalBytes, fromHex, toHex } from '../lib/bytes.ts'
import { malformed, ProofError } from './errors.ts'
import type { RlpItem } from './rlp.ts'
import { type ChildReference, decodeNode, nodeOf, referenceOf, type TrieNode, toNibbles } from './trie-node.ts'

/** keccak256(0x80): the root of a trie that holds nothing. */
export const EMPTY_TRIE_ROOT = fromHex('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421')

export interface TrieWalk {
  /** What is stored at the key; null if provably nothing is. */
  readonly value: Uint8Array | null
  /** The nodes passed that have a hash of their own, from the root down: the proof. */
  readonly nodes: readonly Uint8Array[]
}

/**
 * Follows `key` (already hashed where the trie's keys are) from `root`. `load` gives the node of a hash and vouches
 * for it.
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
 * Checks a proof from untrusted hands: each node must hash to what the node above says, and none may be left over.
 * @returns the value at `key`, or null when the proof shows that there is none
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
      throw new ProofError(detail, 'a node of the proof does not hash to what the node above it says')
    }
    used += 1
    return node
  })
  // Engines differ on an empty trie: some send the one node `0x80`, some nothing.
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

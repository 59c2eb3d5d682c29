import { keccak256 } from '#crypto'
import { compareBytes } from '../lib/bytes.ts'
import { encodeRlp, type RlpItem, rlpScalar } from './rlp.ts'
import { EMPTY_TRIE_ROOT } from './trie.ts'
import { type Nibbles, packPath, toNibbles } from './trie-node.ts'

/**
 * The root of a trie with the given entries, built bottom-up in one pass: for transactions, receipts or a whole storage
 * trie. Keys are unique, values are not empty.
 */
export function trieRoot(entries: Iterable<readonly [key: Uint8Array, value: Uint8Array]>): Uint8Array {
  const sorted = Array.from(entries, ([key, value]) => ({ path: toNibbles(key), value }))
  if (sorted.length === 0) return EMPTY_TRIE_ROOT
  sorted.sort((a, b) => compareBytes(a.path, b.path))
  return keccak256(encodeRlp(build(sorted, 0, sorted.length, 0)))
}

/** The root of a list whose keys are the RLP of the indices: transactions and receipts (Yellow Paper §4.3.2). */
export function listRoot(values: readonly Uint8Array[]): Uint8Array {
  return trieRoot(values.map((value, i) => [encodeRlp(rlpScalar(i)), value] as const))
}

interface Entry {
  readonly path: Nibbles
  readonly value: Uint8Array
}

/** The node of `sorted[from, to)`, which share their first `depth` nibbles. */
function build(sorted: readonly Entry[], from: number, to: number, depth: number): RlpItem {
  const first = sorted[from] as Entry
  if (to - from === 1) return [packPath(first.path.subarray(depth), true), first.value]

  // In sorted order, a prefix that the first and the last entry share is shared by all.
  const last = sorted[to - 1] as Entry
  let shared = depth
  while (shared < first.path.length && first.path[shared] === last.path[shared]) shared += 1
  if (shared > depth) {
    const path = packPath(first.path.subarray(depth, shared), false)
    return [path, reference(build(sorted, from, to, shared))]
  }

  const branch: RlpItem[] = new Array(17).fill(new Uint8Array(0))
  let at = from
  if (first.path.length === depth) {
    branch[16] = first.value
    at += 1
  }
  while (at < to) {
    const nibble = (sorted[at] as Entry).path[depth] as number
    let end = at + 1
    while (end < to && (sorted[end] as Entry).path[depth] === nibble) end += 1
    branch[nibble] = reference(build(sorted, at, end, depth + 1))
    at = end
  }
  return branch
}

/** The reference to a node in its parent: its hash, or the node itself if it is shorter. */
function reference(node: RlpItem): RlpItem {
  const bytes = encodeRlp(node)
  return bytes.length < 32 ? node : keccak256(bytes)
}

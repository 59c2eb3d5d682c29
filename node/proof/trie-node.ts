import { malformed } from './errors.ts'
import { decodeRlp, type RlpItem, rlpBytes } from './rlp.ts'

/** The path in a trie: one half byte each, most significant first. */
export type Nibbles = Uint8Array

/** The reference to a child: its hash, or the child itself if its RLP is shorter than 32 bytes; null for no child. */
export type ChildReference = { readonly hash: Uint8Array } | { readonly inline: RlpItem } | null

/** A node of a Merkle-Patricia trie (Yellow Paper, appendix D). */
export type TrieNode =
  | { readonly kind: 'leaf'; readonly path: Nibbles; readonly value: Uint8Array }
  | { readonly kind: 'extension'; readonly path: Nibbles; readonly child: ChildReference }
  | { readonly kind: 'branch'; readonly children: readonly RlpItem[]; readonly value: Uint8Array }

export function toNibbles(bytes: Uint8Array): Nibbles {
  const out = new Uint8Array(bytes.length * 2)
  for (let i = 0; i < bytes.length; i++) {
    out[2 * i] = (bytes[i] as number) >> 4
    out[2 * i + 1] = (bytes[i] as number) & 15
  }
  return out
}

/** Hex-prefix encoding: the first nibble contains the parity of the path and the kind of node. */
export function packPath(path: Nibbles, leaf: boolean): Uint8Array {
  const odd = path.length % 2
  const out = new Uint8Array((path.length >> 1) + 1)
  out[0] = ((leaf ? 2 : 0) + odd) << 4
  if (odd === 1) out[0] |= path[0] as number
  for (let i = odd; i < path.length; i += 2) {
    out[(i + odd) / 2 + 1 - odd] = ((path[i] as number) << 4) | (path[i + 1] as number)
  }
  return out
}

/** @throws {ProofError} PROOF_MALFORMED */
export function decodeNode(bytes: Uint8Array): TrieNode {
  return nodeOf(decodeRlp(bytes, 'trie node'))
}

/** @throws {ProofError} PROOF_MALFORMED */
export function nodeOf(item: RlpItem): TrieNode {
  if (item instanceof Uint8Array) throw malformed('trie node', 'not a list')
  if (item.length === 17) {
    return { kind: 'branch', children: item.slice(0, 16), value: rlpBytes(item[16], 'branch value') }
  }
  if (item.length !== 2) throw malformed('trie node', `it has ${item.length} items`)
  const { path, leaf } = unpackPath(rlpBytes(item[0], 'trie path'))
  const second = item[1] as RlpItem
  if (!leaf) {
    if (path.length === 0) throw malformed('trie node', 'an extension with an empty path')
    return { kind: 'extension', path, child: referenceOf(second) }
  }
  return { kind: 'leaf', path, value: rlpBytes(second, 'leaf value') }
}

/** @throws {ProofError} PROOF_MALFORMED */
export function referenceOf(item: RlpItem): ChildReference {
  if (!(item instanceof Uint8Array)) return { inline: item }
  if (item.length === 0) return null
  if (item.length !== 32) throw malformed('trie node', 'the reference to a child is neither a hash nor a node')
  return { hash: item }
}

function unpackPath(packed: Uint8Array): { path: Nibbles; leaf: boolean } {
  const nibbles = toNibbles(packed)
  const flag = nibbles[0]
  if (flag === undefined || flag > 3 || (flag % 2 === 0 && nibbles[1] !== 0)) {
    throw malformed('trie path', 'not hex-prefix encoded')
  }
  return { path: nibbles.subarray(flag % 2 === 0 ? 2 : 1), leaf: flag >= 2 }
}

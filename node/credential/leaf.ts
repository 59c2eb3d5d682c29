/**
 * Hashes of the anchor tree. Leaves and nodes have different prefixes, as in RFC 9162 §2.1.1. Every hash is SHA-256, 32
 * bytes.
 */
import { sha256 } from '#crypto'

export const HASH_LENGTH = 32

/**
 * Takes the place of the anchor's digest in `_sd` until the receipt exists. It is as long as a digest, and no digest
 * can have this value.
 */
export const PLACEHOLDER = '_'.repeat(43)

/**
 * SHA-256(0x00 ‖ SHA-256(header) ‖ SHA-256(payload) ‖ entryHash), over the decoded octets of both parts of the
 * credential, before the anchor's digest is filled in.
 */
export function leafHash(headerHash: Uint8Array, payloadHash: Uint8Array, entryHash: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 3 * HASH_LENGTH)
  input.set(headerHash, 1)
  input.set(payloadHash, 33)
  input.set(entryHash, 65)
  return sha256(input)
}

/** Scratch space, overwritten for every node. Only the hash function reads it. */
const node = new Uint8Array(1 + 2 * HASH_LENGTH)
node[0] = 1

/** SHA-256(0x01 ‖ left ‖ right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1)
  node.set(right, 1 + HASH_LENGTH)
  return sha256(node)
}

/** The root that a leaf at `index` leads to, by the siblings in `path` (bottom first). */
export function rootFromPath(leaf: Uint8Array, index: number, path: readonly Uint8Array[]): Uint8Array {
  let hash = leaf
  let at = index
  for (const sibling of path) {
    hash = at % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
    at = Math.floor(at / 2)
  }
  return hash
}

import { bufferedRandom, type Random, shuffle } from '../lib/random.ts'
import { HASH_LENGTH, nodeHash } from './leaf.ts'

/** The smallest tree: the leaf of a batch of one is among this many. Why: docs/decisions/033. */
export const SMALLEST_TREE = 16
/** The most leaves of a tree: the limit of the index in a receipt, and of the memory for a batch. */
export const LARGEST_TREE = 2 ** 20

export interface MerkleTree {
  readonly root: Uint8Array
  /** Leaves including padding: a power of two, at least 16. This is the `count` on the ledger. */
  readonly size: number
  /** The index of each given leaf in the tree, in the order of the given leaves. */
  readonly leafIndexes: readonly number[]
  /** All leaves by index, including padding: the *leaves* file of the manifest. */
  readonly leaves: readonly Uint8Array[]
  /** The siblings on the path from a leaf to the root, bottom first: log2(size) hashes. */
  path(leafIndex: number): readonly Uint8Array[]
}

/**
 * The tree of a batch. Padding is random, so nobody can distinguish it from a leaf. The leaves are at random positions,
 * so the index that a verifier sees does not reveal the order of issuing.
 * @throws {TypeError} if there is no leaf, if there are too many, or if one is not a hash
 */
export function buildTree(leaves: readonly Uint8Array[], random: Random): MerkleTree {
  if (leaves.length === 0 || leaves.length > LARGEST_TREE) throw new TypeError('a batch has 1 to 2^20 leaves')
  if (!leaves.every(leaf => leaf.length === HASH_LENGTH)) throw new TypeError('a leaf has 32 bytes')
  let size = SMALLEST_TREE
  while (size < leaves.length) size *= 2
  const leafIndexes = shuffle(
    Array.from({ length: size }, (_, index) => index),
    bufferedRandom(random, size * 4),
  ).slice(0, leaves.length)
  const bottom = new Array<Uint8Array | undefined>(size).fill(undefined)
  leafIndexes.forEach((index, i) => {
    bottom[index] = leaves[i]
  })
  const padding = bufferedRandom(random, (size - leaves.length) * HASH_LENGTH)
  const filled = bottom.map(leaf => leaf ?? padding(HASH_LENGTH).slice())
  const levels = [filled]
  for (let level = filled; level.length > 1; ) {
    level = Array.from({ length: level.length / 2 }, (_, i) => nodeHash(at(level, 2 * i), at(level, 2 * i + 1)))
    levels.push(level)
  }
  return {
    root: at(at(levels, levels.length - 1), 0),
    size,
    leafIndexes,
    leaves: filled,
    path(index) {
      if (!Number.isInteger(index) || index < 0 || index >= size) throw new TypeError('no such leaf')
      return levels.slice(0, -1).map((level, height) => at(level, (index >> height) ^ 1))
    },
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new TypeError('no such node')
  return item
}

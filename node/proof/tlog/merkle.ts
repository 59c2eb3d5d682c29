/**
 * The Merkle tree of RFC 6962 §2.1 over a growing list, with its inclusion and consistency proofs as RFC 9162 §2.1.3 and
 * §2.1.4 verify them. The log of a ledger has a leaf for each block: its index is the height, its data the block's hash.
 */
import { sha256 } from '#crypto'
import { equalBytes } from '../../lib/bytes.ts'

const LEAF = new Uint8Array([0])
const NODE = new Uint8Array([1])

export const HASH_LENGTH = 32
/** The root of a tree without leaves. */
export const EMPTY_ROOT = sha256()

export const leafHash = (data: Uint8Array): Uint8Array => sha256(LEAF, data)
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right)

/**
 * The hash of a complete subtree: of the 2^level leaves from `index` * 2^level on. It never changes once the tree has these
 * leaves.
 */
export type NodeReader = (level: number, index: number) => Uint8Array | Promise<Uint8Array>

/** The hash of the first `size` leaves. */
export const rootOf = async (size: number, node: NodeReader): Promise<Uint8Array> =>
  size === 0 ? EMPTY_ROOT : await rangeHash(0, size, node)

/**
 * RFC 6962 §2.1.1: the siblings on the path from leaf `index` to the root of the first `size` leaves, bottom first.
 * @throws {TypeError} if the tree has no such leaf
 */
export async function inclusionProof(index: number, size: number, node: NodeReader): Promise<Uint8Array[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new TypeError('no such leaf')
  const path: Uint8Array[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      path.push(await rangeHash(middle, to, node))
      to = middle
    } else {
      path.push(await rangeHash(from, middle, node))
      from = middle
    }
  }
  return path.reverse()
}

/**
 * RFC 6962 §2.1.2: shows that the first `old` leaves are the beginning of the first `size` leaves. Empty if `old` is 0 or
 * `size`.
 * @throws {TypeError} if `old` is greater than `size`
 */
export async function consistencyProof(old: number, size: number, node: NodeReader): Promise<Uint8Array[]> {
  if (!Number.isSafeInteger(old) || old < 0 || old > size) throw new TypeError('no such tree')
  if (old === 0 || old === size) return []
  const path: Uint8Array[] = []
  let [from, to] = [0, size]
  while (to !== old) {
    const middle = from + splitOf(to - from)
    if (old <= middle) {
      path.push(await rangeHash(middle, to, node))
      to = middle
    } else {
      path.push(await rangeHash(from, middle, node))
      from = middle
    }
  }
  // The whole old tree is known to whoever checks the proof. A part of it is not.
  if (from > 0) path.push(await rangeHash(from, old, node))
  return path.reverse()
}

/** RFC 9162 §2.1.3.2: whether the leaf is at this place of the tree with this root. */
export function verifyInclusion(
  { index, size }: { readonly index: number; readonly size: number },
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let [at, last] = [index, size - 1]
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      hash = nodeHash(hash, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && equalBytes(hash, root)
}

/** RFC 9162 §2.1.4.2: whether the tree of `old` leaves is the beginning of the tree of `size` leaves. */
export function verifyConsistency(
  old: { readonly size: number; readonly root: Uint8Array },
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(old.size) || !Number.isSafeInteger(size) || old.size < 0 || old.size > size) return false
  if (old.size === 0) return path.length === 0 && equalBytes(old.root, EMPTY_ROOT)
  if (old.size === size) return path.length === 0 && equalBytes(old.root, root)
  const [first, ...rest] = isPowerOfTwo(old.size) ? [old.root, ...path] : path
  if (first === undefined) return false
  let [at, last] = [old.size - 1, size - 1]
  while (isOdd(at)) [at, last] = [half(at), half(last)]
  let [before, after] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      before = nodeHash(sibling, before)
      after = nodeHash(sibling, after)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      after = nodeHash(after, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && equalBytes(before, old.root) && equalBytes(after, root)
}

/** The hash of the leaves in [from, to), where `from` is a multiple of the power of two at which the range splits. */
async function rangeHash(from: number, to: number, node: NodeReader): Promise<Uint8Array> {
  const size = to - from
  if (isPowerOfTwo(size)) {
    const level = Math.log2(size)
    return await node(level, from / size)
  }
  const middle = from + splitOf(size)
  return nodeHash(await rangeHash(from, middle, node), await rangeHash(middle, to, node))
}

/** The largest power of two that is less than `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

// Sizes may exceed 32 bits, so there are no bit operations.
const isOdd = (value: number): boolean => value % 2 === 1
const half = (value: number): number => Math.floor(value / 2)
function isPowerOfTwo(value: number): boolean {
  let power = 1
  while (power < value) power *= 2
  return power === value
}

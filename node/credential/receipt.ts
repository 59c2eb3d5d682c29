/**
 * A receipt states where a credential is anchored. Packed, big-endian, so that each receipt has exactly one encoding:
 *
 *   0        1          9        29      33          65       97       101     105           137
 *   version  chainId    log      org     purpose     root     index    size    entryHash     path bottom-up
 *   u8 = 1   u64        20       u32     32          32       u32      u32     32            32 × log2(size)
 */
import { fromHex, type Hex, toHex } from '../lib/bytes.ts'
import { anchorMismatch, unsupported } from './errors.ts'
import { HASH_LENGTH } from './leaf.ts'
import { LARGEST_TREE, type MerkleTree, SMALLEST_TREE } from './tree.ts'

export interface Receipt {
  readonly chainId: number
  /** Address of the AnchorLog, lower case. */
  readonly log: Hex
  readonly org: number
  readonly purpose: Hex
  readonly root: Hex
  readonly index: number
  /** Leaves in the tree, including padding: the `count` on the ledger. */
  readonly size: number
  readonly entryHash: Uint8Array
  /** Siblings, bottom first. */
  readonly path: readonly Uint8Array[]
}

/** The part of a receipt that is the same for all batches of one kind of card. */
export type AnchorTarget = Pick<Receipt, 'chainId' | 'log' | 'org' | 'purpose'>

/** The receipt of the credential whose leaf has that index in the anchored tree. */
export function receiptFor(tree: MerkleTree, leafIndex: number, target: AnchorTarget, entryHash: Uint8Array): Receipt {
  return { ...target, root: toHex(tree.root), index: leafIndex, size: tree.size, entryHash, path: tree.path(leafIndex) }
}

const VERSION = 1
const PATH_AT = 137

/** @throws {TypeError} when a member is out of range or has the wrong length */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const { chainId, org, index, size, entryHash, path } = receipt
  if (!Number.isSafeInteger(chainId) || chainId < 1) throw new TypeError('chain id out of range')
  if (!isU32(org) || !isU32(index)) throw new TypeError('organisation or index out of range')
  if (!isTreeSize(size) || index >= size) throw new TypeError('tree size out of range')
  if (path.length !== Math.log2(size)) throw new TypeError('path length is not log2(size)')
  const out = new Uint8Array(PATH_AT + path.length * HASH_LENGTH)
  const view = new DataView(out.buffer)
  out[0] = VERSION
  view.setBigUint64(1, BigInt(chainId))
  put(out, 9, fromHex(receipt.log), 20)
  view.setUint32(29, org)
  put(out, 33, fromHex(receipt.purpose), HASH_LENGTH)
  put(out, 65, fromHex(receipt.root), HASH_LENGTH)
  view.setUint32(97, index)
  view.setUint32(101, size)
  put(out, 105, entryHash, HASH_LENGTH)
  path.forEach((sibling, i) => {
    put(out, PATH_AT + i * HASH_LENGTH, sibling, HASH_LENGTH)
  })
  return out
}

/**
 * @throws {CredentialError} CREDENTIAL_ANCHOR_MISMATCH if the bytes are not a receipt, CREDENTIAL_UNSUPPORTED for a receipt
 * of a later version, which may be genuine
 */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  if ((bytes[0] ?? 0) > VERSION) throw unsupported(`a receipt of version ${bytes[0]}`)
  if (bytes.length < PATH_AT || bytes[0] !== VERSION) throw anchorMismatch('not a receipt of version 1')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chainId = view.getBigUint64(1)
  const index = view.getUint32(97)
  const size = view.getUint32(101)
  if (chainId < 1n || chainId > BigInt(Number.MAX_SAFE_INTEGER)) throw anchorMismatch('chain id out of range')
  if (!isTreeSize(size) || index >= size) throw anchorMismatch('tree size or index out of range')
  const height = Math.log2(size)
  if (bytes.length !== PATH_AT + height * HASH_LENGTH) throw anchorMismatch('path length is not log2(size)')
  return {
    chainId: Number(chainId),
    log: toHex(bytes.subarray(9, 29)),
    org: view.getUint32(29),
    purpose: toHex(bytes.subarray(33, 65)),
    root: toHex(bytes.subarray(65, 97)),
    index,
    size,
    entryHash: bytes.slice(105, PATH_AT),
    path: Array.from({ length: height }, (_, i) =>
      bytes.slice(PATH_AT + i * HASH_LENGTH, PATH_AT + (i + 1) * HASH_LENGTH),
    ),
  }
}

const isU32 = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 32

const isTreeSize = (size: number): boolean =>
  Number.isInteger(size) && size >= SMALLEST_TREE && size <= LARGEST_TREE && Number.isInteger(Math.log2(size))

function put(out: Uint8Array, at: number, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new TypeError(`${length} bytes expected`)
  out.set(bytes, at)
}

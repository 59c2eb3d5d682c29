import { concat, u32be, u64be } from '../../lib/bytes.ts'

/**
 * The layout of the ledger store: the first byte of a key says what its record is. A number is never used again.
 * Numbers in keys are big-endian, so that LevelDB sorts keys by number. Records are only added and never deleted; only
 * the records under `meta` change. All records of a block are written in one batch.
 */
export const KeyPrefix = {
  meta: 0x00, //        name → bytes
  block: 0x01, //       u64 number → RLP [header, size, [transaction hash...]]
  transaction: 0x02, // u64 number ‖ u32 index → the signed bytes as they came
  receipt: 0x03, //     u64 number ‖ u32 index → RLP, see transaction-receipt.ts
  numberOf: 0x04, //    block hash → u64 number
  positionOf: 0x05, //  transaction hash → u64 number ‖ u32 index
  node: 0x06, //        hash → trie node, of the state of any block
  code: 0x07, //        hash → contract code
  term: 0x08, //        address (left-padded) or topic, 32 bytes ‖ u64 number → empty: a log of that block has the term
} as const

export const SCHEMA_VERSION = 1

const name = (text: string) => new Uint8Array([KeyPrefix.meta, ...new TextEncoder().encode(text)])

/** Single records. All but `importing` are written with the genesis block; `head` is written with every later block. */
export const MetaKey = {
  /** u32: SCHEMA_VERSION. */
  version: name('version'),
  /** u64. */
  chainId: name('chainId'),
  /** u64 number ‖ 32-byte hash of the last block. This is the commit point: a block above it does not exist. */
  head: name('head'),
  /** The addresses that may send transactions, 20 bytes each, concatenated. */
  allow: name('allow'),
  /** One byte during an import, otherwise empty or absent. No node seals while it is set. */
  importing: name('importing'),
} as const

const byHash = (prefix: number) => (hash: Uint8Array) => concat(new Uint8Array([prefix]), hash)
const byPosition = (prefix: number) => (number: number, index: number) =>
  concat(new Uint8Array([prefix]), u64be(number), u32be(index))

export const LedgerKey = {
  block: (number: number) => concat(new Uint8Array([KeyPrefix.block]), u64be(number)),
  transaction: byPosition(KeyPrefix.transaction),
  receipt: byPosition(KeyPrefix.receipt),
  numberOf: byHash(KeyPrefix.numberOf),
  positionOf: byHash(KeyPrefix.positionOf),
  node: byHash(KeyPrefix.node),
  code: byHash(KeyPrefix.code),
  term: (term: Uint8Array, number: number) => concat(new Uint8Array([KeyPrefix.term]), term, u64be(number)),
} as const

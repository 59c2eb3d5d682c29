import { concat, u32be, u64be } from '../../lib/bytes.ts'

/**
 * The whole on-disk layout, on one page. A number is never reused. Numbers in keys are big-endian, so that LevelDB's
 * order is theirs. Only `put` happens: history is never rewritten, and a block's entries arrive in one batch.
 */
export const KeyPrefix = {
  meta: 0x00, //        name → bytes
  block: 0x01, //       u64 number → RLP [header, size, [transaction hash...]]
  transaction: 0x02, // u64 number ‖ u32 index → the signed bytes as they came
  receipt: 0x03, //     u64 number ‖ u32 index → RLP, see receipt.ts
  numberOf: 0x04, //    block hash → u64 number
  positionOf: 0x05, //     transaction hash → u64 number ‖ u32 index
  node: 0x06, //        hash → trie node, of the state of any block
  code: 0x07, //        hash → contract code
  term: 0x08, //        address (left-padded) or topic, 32 bytes ‖ u64 number → nothing: a log of that block has it
} as const

export const SCHEMA_VERSION = 1

const name = (text: string) => new Uint8Array([KeyPrefix.meta, ...new TextEncoder().encode(text)])

/** One key each; all but `importing` are written with the genesis block, `head` with every block after it. */
export const MetaKey = {
  /** u32: SCHEMA_VERSION. */
  version: name('version'),
  /** u64. */
  chainId: name('chainId'),
  /** u64 number ‖ 32-byte hash of the last block: the commit point. What it does not reach does not exist. */
  head: name('head'),
  /** 20-byte addresses, concatenated: who may send transactions. */
  allow: name('allow'),
  /** One byte while an import is under way, else empty or absent: nothing is sealed meanwhile. */
  importing: name('importing'),
} as const

const byHash = (bucket: number) => (hash: Uint8Array) => concat(new Uint8Array([bucket]), hash)
const byPosition = (bucket: number) => (number: number, index: number) =>
  concat(new Uint8Array([bucket]), u64be(number), u32be(index))

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

import { concat, fromHex, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { encodeExtraData } from '../../proof/extra.ts'
import { type Header, headerToJson, sealedHash } from '../../proof/header.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import { listRoot } from '../../proof/trie-root.ts'
import { BLOCK_GAS_LIMIT, QBFT_MIX_HASH } from '../block-rules.ts'
import type { Block, Executed } from './chain.ts'
import { bloomOf } from './chain.ts'
import type { Sealer } from './crypto.ts'
import { consensusReceipt } from './transaction-receipt.ts'

/** keccak256(RLP []): QBFT has no uncles. */
const NO_UNCLES = fromHex('0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347')
const MIX_HASH = fromHex(QBFT_MIX_HASH)
const VANITY = concat(utf8('dojang'), new Uint8Array(26))

/** Block 0. It names the only validator and has no seal: parties identify it by its hash. */
export function genesisHeader(validator: Hex, timestamp: number): Header {
  return { ...draft(validator), parentHash: new Uint8Array(32), number: 0, timestamp, stateRoot: EMPTY_TRIE_ROOT }
}

/** Creates the header of an executed block, with the seal of the only validator. */
export function sealHeader(
  parent: Block,
  timestamp: number,
  stateRoot: Uint8Array,
  executed: readonly Executed[],
  sealer: Sealer,
): Header {
  const header: Header = {
    ...draft(sealer.address),
    miner: fromHex(sealer.address),
    parentHash: parent.hash,
    number: parent.header.number + 1,
    timestamp,
    ...outcome(stateRoot, executed),
  }
  return { ...header, extraData: extraData(sealer.address, [sealer.sign(sealedHash(header))]) }
}

/** The members of a header that depend on the execution of its transactions. */
function outcome(stateRoot: Uint8Array, executed: readonly Executed[]) {
  return {
    stateRoot,
    transactionsRoot: listRoot(executed.map(each => each.raw)),
    receiptsRoot: listRoot(executed.map(each => consensusReceipt(each.receipt))),
    logsBloom: bloomOf(executed),
    gasUsed: BigInt(executed.at(-1)?.receipt.cumulativeGasUsed ?? 0),
  }
}

/**
 * The first member of a header that differs from the result of executing its block, or from the constants of all
 * headers of this ledger; null when none differs.
 */
export function findDifference(header: Header, stateRoot: Uint8Array, executed: readonly Executed[]): string | null {
  const { extraData: _, miner: __, ...common } = draft(toHex(header.miner))
  const actual = headerToJson(header)
  const expected = headerToJson({ ...header, ...common, ...outcome(stateRoot, executed) })
  return Object.keys(actual).find(name => actual[name] !== expected[name]) ?? null
}

function draft(validator: Hex) {
  return {
    sha3Uncles: NO_UNCLES,
    miner: new Uint8Array(20),
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    logsBloom: new Uint8Array(256),
    difficulty: 1n,
    gasLimit: BLOCK_GAS_LIMIT,
    gasUsed: 0n,
    extraData: extraData(validator, []),
    mixHash: MIX_HASH,
    nonce: new Uint8Array(8),
    baseFeePerGas: 0n,
  }
}

function extraData(validator: Hex, seals: readonly Uint8Array[]): Uint8Array {
  return encodeExtraData({ vanity: VANITY, validators: [fromHex(validator)], vote: [], round: 0, seals })
}

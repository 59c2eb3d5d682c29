/** The constants of all blocks, in an embedded ledger and in a Besu network from `dojang network init`. */
import type { Hex } from '../lib/bytes.ts'

export const BLOCK_GAS_LIMIT = 100_000_000n

/** The last 32 characters of "Practical byzantine fault tolerance". Engines recognise QBFT headers by it. */
export const QBFT_MIX_HASH: Hex = '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365'

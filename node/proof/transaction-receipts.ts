/** Transaction receipts under the receipts root of a header (EIP-2718, EIP-658): a proof that an event happened. */
import { malformed } from './errors.ts'
import { decodeRlp, encodeRlp, rlpBytes, rlpList, rlpNumber, rlpScalar } from './rlp.ts'
import { verifyTrieProof } from './trie.ts'

export interface ProvenLog {
  /** 20 bytes. */
  readonly address: Uint8Array
  readonly topics: readonly Uint8Array[]
  readonly data: Uint8Array
}

export interface ProvenTransactionReceipt {
  readonly succeeded: boolean
  readonly logs: readonly ProvenLog[]
}

/** A typed receipt starts with one byte below this one (EIP-2718). */
const FIRST_LIST_BYTE = 0xc0

/**
 * The receipt of transaction number `index` of the block.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH; PROOF_MALFORMED also if the proof shows that the block has
 * no such transaction
 */
export function verifyTransactionReceiptProof(
  receiptsRoot: Uint8Array,
  index: number,
  proof: readonly Uint8Array[],
): ProvenTransactionReceipt {
  const value = verifyTrieProof(receiptsRoot, encodeRlp(rlpScalar(index)), proof)
  if (value === null) throw malformed('receipt proof', 'the block has no such transaction')
  return decodeTransactionReceipt(value)
}

/** @throws {ProofError} PROOF_MALFORMED */
export function decodeTransactionReceipt(bytes: Uint8Array): ProvenTransactionReceipt {
  const typed = bytes.length > 0 && (bytes[0] as number) < FIRST_LIST_BYTE
  const item = decodeRlp(typed ? bytes.subarray(1) : bytes, 'receipt')
  const [status, , , logs] = rlpList(item, 'receipt', 4)
  return {
    succeeded: rlpNumber(status, 'receipt.status') === 1,
    logs: rlpList(logs, 'receipt.logs').map(log => {
      const [address, topics, data] = rlpList(log, 'log', 3)
      return {
        address: rlpBytes(address, 'log.address', 20),
        topics: rlpList(topics, 'log.topics').map(topic => rlpBytes(topic, 'log.topic', 32)),
        data: rlpBytes(data, 'log.data'),
      }
    }),
  }
}

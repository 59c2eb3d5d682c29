import { keccak256 } from '#crypto'
import { concat, type Hex, toHex } from '../../lib/bytes.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBytes, rlpList, rlpNumber, rlpScalar } from '../../proof/rlp.ts'

export interface Log {
  readonly address: Uint8Array
  readonly topics: readonly Uint8Array[]
  readonly data: Uint8Array
}

/** The result of an executed transaction, with all that its JSON-RPC receipt needs. */
export interface TransactionReceipt {
  /** EIP-2718 transaction type. */
  readonly type: number
  readonly status: 0 | 1
  readonly gasUsed: number
  readonly cumulativeGasUsed: number
  readonly from: Uint8Array
  /** Null when it created a contract. */
  readonly to: Uint8Array | null
  readonly contractAddress: Uint8Array | null
  /** Number of logs of the earlier transactions of its block. */
  readonly logsBefore: number
  readonly logs: readonly Log[]
}

const logItem = ({ address, topics, data }: Log): RlpItem => [address, topics, data]
const NONE = new Uint8Array(0)

/** The form on disk. */
export function encodeTransactionReceipt(receipt: TransactionReceipt): Uint8Array {
  return encodeRlp([
    ...[receipt.type, receipt.status, receipt.gasUsed, receipt.cumulativeGasUsed].map(rlpScalar),
    receipt.from,
    receipt.to ?? NONE,
    receipt.contractAddress ?? NONE,
    rlpScalar(receipt.logsBefore),
    receipt.logs.map(logItem),
  ])
}

export function decodeTransactionReceipt(bytes: Uint8Array): TransactionReceipt {
  const what = 'receipt'
  const [type, status, gasUsed, cumulative, from, to, contract, before, logs] = rlpList(decodeRlp(bytes, what), what, 9)
  const optional = (item: RlpItem | undefined) => (rlpBytes(item, what).length === 0 ? null : rlpBytes(item, what, 20))
  return {
    type: rlpNumber(type, what),
    status: rlpNumber(status, what) === 1 ? 1 : 0,
    gasUsed: rlpNumber(gasUsed, what),
    cumulativeGasUsed: rlpNumber(cumulative, what),
    from: rlpBytes(from, what, 20),
    to: optional(to),
    contractAddress: optional(contract),
    logsBefore: rlpNumber(before, what),
    logs: rlpList(logs, what).map(item => {
      const [address, topics, data] = rlpList(item, what, 3)
      return {
        address: rlpBytes(address, what, 20),
        topics: rlpList(topics, what).map(topic => rlpBytes(topic, what, 32)),
        data: rlpBytes(data, what),
      }
    }),
  }
}

/** The form under the header's receipts root (EIP-2718, EIP-658). */
export function consensusReceipt({ type, status, cumulativeGasUsed, logs }: TransactionReceipt): Uint8Array {
  const body = encodeRlp([rlpScalar(status), rlpScalar(cumulativeGasUsed), logsBloom(logs), logs.map(logItem)])
  return type === 0 ? body : concat(new Uint8Array([type]), body)
}

/** Yellow Paper §4.3.1: three of 2048 bits for each address and topic. */
export function logsBloom(logs: Iterable<Log>): Uint8Array {
  const bloom = new Uint8Array(256)
  for (const { address, topics } of logs) for (const term of [address, ...topics]) addToBloom(bloom, term)
  return bloom
}

/** The terms of the index of logs: addresses, left-padded to the length of a topic, and topics. */
export function termsOf(logs: Iterable<Log>): Map<Hex, Uint8Array> {
  const terms = new Map<Hex, Uint8Array>()
  for (const { address, topics } of logs) {
    for (const term of [addressTerm(address), ...topics]) terms.set(toHex(term), term)
  }
  return terms
}

export const addressTerm = (address: Uint8Array): Uint8Array => concat(new Uint8Array(12), address)

function addToBloom(bloom: Uint8Array, term: Uint8Array): void {
  const hash = keccak256(term)
  for (const i of [0, 2, 4]) {
    const bit = (((hash[i] as number) << 8) | (hash[i + 1] as number)) & 2047
    const at = 255 - (bit >> 3)
    bloom[at] = (bloom[at] as number) | (1 << (bit & 7))
  }
}

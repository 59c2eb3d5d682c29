import type { Common } from '@ethereumjs/common'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { headerToJson } from '../../proof/header.ts'
import { decode } from './admission.ts'
import type { Block, Place } from './chain.ts'
import { type Log, logsBloom, type Receipt } from './receipt.ts'

/** How JSON-RPC shows things (EIP-1474 and the execution API specification). */
export type Json = Record<string, unknown>

export const hexQuantity = (value: number | bigint): Hex => `0x${value.toString(16)}`

export function blockJson(block: Block, transactions: readonly unknown[]): Json {
  return {
    ...headerToJson(block.header),
    hash: toHex(block.hash),
    size: hexQuantity(block.size),
    transactions,
    uncles: [],
  }
}

/** `place` null: pending. */
export function transactionJson(
  raw: Uint8Array,
  hash: Uint8Array,
  place: (Place & { blockHash: Uint8Array }) | null,
  rules: Common,
): Json {
  const tx = decode(raw, rules)
  const json = tx.toJSON()
  const accessList = 'accessList' in tx ? { accessList: json.accessList ?? [], yParity: json.v } : {}
  const fees = 'maxFeePerGas' in tx ? { maxFeePerGas: '0x0', maxPriorityFeePerGas: '0x0' } : {}
  return {
    hash: toHex(hash),
    type: hexQuantity(tx.type),
    chainId: hexQuantity(rules.chainId()),
    nonce: hexQuantity(tx.nonce),
    from: toHex(tx.getSenderAddress().bytes),
    to: tx.to ? toHex(tx.to.bytes) : null,
    value: hexQuantity(tx.value),
    input: toHex(tx.data),
    gas: hexQuantity(tx.gasLimit),
    gasPrice: '0x0',
    ...fees,
    ...accessList,
    v: json.v,
    r: json.r,
    s: json.s,
    blockHash: place && toHex(place.blockHash),
    blockNumber: place && hexQuantity(place.number),
    transactionIndex: place && hexQuantity(place.index),
  }
}

export function receiptJson(receipt: Receipt, block: Block, index: number): Json {
  return {
    transactionHash: toHex(block.transactions[index] as Uint8Array),
    transactionIndex: hexQuantity(index),
    blockHash: toHex(block.hash),
    blockNumber: hexQuantity(block.header.number),
    type: hexQuantity(receipt.type),
    status: hexQuantity(receipt.status),
    from: toHex(receipt.from),
    to: receipt.to && toHex(receipt.to),
    contractAddress: receipt.contractAddress && toHex(receipt.contractAddress),
    gasUsed: hexQuantity(receipt.gasUsed),
    cumulativeGasUsed: hexQuantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: '0x0',
    logs: receipt.logs.map((log, i) => logJson(log, block, index, receipt.logsBefore + i)),
    logsBloom: toHex(logsBloom(receipt.logs)),
  }
}

export function logJson(log: Log, block: Block, transactionIndex: number, logIndex: number): Json {
  return {
    address: toHex(log.address),
    topics: log.topics.map(toHex),
    data: toHex(log.data),
    blockNumber: hexQuantity(block.header.number),
    blockHash: toHex(block.hash),
    transactionHash: toHex(block.transactions[transactionIndex] as Uint8Array),
    transactionIndex: hexQuantity(transactionIndex),
    logIndex: hexQuantity(logIndex),
    removed: false,
  }
}

import type { Common } from '@ethereumjs/common'
import { toHex, toQuantity } from '../../lib/bytes.ts'
import { headerToJson } from '../../proof/header.ts'
import { decode } from './admission.ts'
import type { Block } from './chain.ts'
import { type Log, logsBloom, type TransactionReceipt } from './transaction-receipt.ts'

/** The JSON forms of blocks, transactions, receipts and logs (EIP-1474, execution API specification). */
export type Json = Record<string, unknown>

export function blockJson(block: Block, transactions: readonly unknown[]): Json {
  return {
    ...headerToJson(block.header),
    hash: toHex(block.hash),
    size: toQuantity(block.size),
    transactions,
    uncles: [],
  }
}

/** `position` is null for a pending transaction. */
export function transactionJson(
  raw: Uint8Array,
  hash: Uint8Array,
  position: { readonly block: Block; readonly index: number } | null,
  rules: Common,
): Json {
  const tx = decode(raw, rules)
  const json = tx.toJSON()
  const accessList = 'accessList' in tx ? { accessList: json.accessList ?? [], yParity: json.v } : {}
  const fees = 'maxFeePerGas' in tx ? { maxFeePerGas: '0x0', maxPriorityFeePerGas: '0x0' } : {}
  return {
    hash: toHex(hash),
    type: toQuantity(tx.type),
    chainId: toQuantity(rules.chainId()),
    nonce: toQuantity(tx.nonce),
    from: toHex(tx.getSenderAddress().bytes),
    to: tx.to ? toHex(tx.to.bytes) : null,
    value: toQuantity(tx.value),
    input: toHex(tx.data),
    gas: toQuantity(tx.gasLimit),
    gasPrice: '0x0',
    ...fees,
    ...accessList,
    v: json.v,
    r: json.r,
    s: json.s,
    blockHash: position && toHex(position.block.hash),
    blockNumber: position && toQuantity(position.block.header.number),
    blockTimestamp: position && toQuantity(position.block.header.timestamp),
    transactionIndex: position && toQuantity(position.index),
  }
}

export function receiptJson(receipt: TransactionReceipt, block: Block, index: number): Json {
  return {
    transactionHash: toHex(block.transactions[index] as Uint8Array),
    transactionIndex: toQuantity(index),
    blockHash: toHex(block.hash),
    blockNumber: toQuantity(block.header.number),
    type: toQuantity(receipt.type),
    status: toQuantity(receipt.status),
    from: toHex(receipt.from),
    to: receipt.to && toHex(receipt.to),
    contractAddress: receipt.contractAddress && toHex(receipt.contractAddress),
    gasUsed: toQuantity(receipt.gasUsed),
    cumulativeGasUsed: toQuantity(receipt.cumulativeGasUsed),
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
    blockNumber: toQuantity(block.header.number),
    blockHash: toHex(block.hash),
    blockTimestamp: toQuantity(block.header.timestamp),
    transactionHash: toHex(block.transactions[transactionIndex] as Uint8Array),
    transactionIndex: toQuantity(transactionIndex),
    logIndex: toQuantity(logIndex),
    removed: false,
  }
}

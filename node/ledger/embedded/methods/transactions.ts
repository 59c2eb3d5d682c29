import { type Hex, toHex } from '../../../lib/bytes.ts'
import { AnswerSize } from '../answer-size.ts'
import type { Block } from '../chain.ts'
import type { BlockSelector, RpcContext } from '../context.ts'
import { receiptJson, transactionJson } from '../format.ts'
import { blockNumber, data, hash, safeQuantity } from '../params.ts'
import { type Method, method } from './method.ts'

export const transactionMethods: Record<string, Method> = {
  eth_sendRawTransaction: method([data], ({ node }, raw): Promise<Hex> => node.submit(raw)),

  eth_getTransactionByHash: method([hash], ({ node }, wanted) => {
    const position = node.chain.positionOf(wanted)
    if (position !== undefined) {
      const block = node.chain.block(position.number) as Block
      return transactionJson(node.chain.transaction(position), wanted, { block, index: position.index }, node.rules)
    }
    const pending = node.pending(toHex(wanted))
    return pending === undefined ? null : transactionJson(pending.raw, wanted, null, node.rules)
  }),

  eth_getTransactionByBlockNumberAndIndex: method([blockNumber, safeQuantity], at),
  eth_getTransactionByBlockHashAndIndex: method([hash, safeQuantity], (context, blockHash, index) =>
    at(context, { hash: blockHash }, index),
  ),

  eth_getTransactionReceipt: method([hash], ({ node }, wanted) => {
    const position = node.chain.positionOf(wanted)
    if (position === undefined) return null
    const receipt = node.chain.receipt(position)
    new AnswerSize().receipt(receipt)
    return receiptJson(receipt, node.chain.block(position.number) as Block, position.index)
  }),
}

function at(context: RpcContext, selector: BlockSelector, index: number) {
  const block = context.find(selector)
  const wanted = block?.transactions[index]
  if (block === undefined || wanted === undefined) return null
  const raw = context.node.chain.transaction({ number: block.header.number, index })
  return transactionJson(raw, wanted, { block, index }, context.node.rules)
}

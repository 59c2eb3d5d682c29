import { z } from 'zod'
import { toHex, toQuantity } from '../../../lib/bytes.ts'
import { AnswerSize } from '../answer-size.ts'
import type { Block } from '../chain.ts'
import type { BlockSelector, RpcContext } from '../context.ts'
import { blockJson, receiptJson, transactionJson } from '../format.ts'
import { block, blockNumber, hash } from '../params.ts'
import { type Method, method } from './method.ts'

const full = z.boolean().default(false)

export const blockMethods: Record<string, Method> = {
  eth_blockNumber: method([], ({ node }) => toQuantity(node.head.number)),

  eth_getBlockByNumber: method([blockNumber, full], show),
  eth_getBlockByHash: method([hash, full], (context, blockHash, all) => show(context, { hash: blockHash }, all)),

  eth_getBlockTransactionCountByNumber: method([blockNumber], count),
  eth_getBlockTransactionCountByHash: method([hash], (context, blockHash) => count(context, { hash: blockHash })),

  eth_getBlockReceipts: method([block], (context, selector) => {
    const found = context.find(selector)
    if (found === undefined) return null
    const { number } = found.header
    const size = new AnswerSize()
    return found.transactions.map((_, index) => {
      const receipt = context.node.chain.receipt({ number, index })
      size.receipt(receipt)
      return receiptJson(receipt, found, index)
    })
  }),
}

function show(context: RpcContext, selector: BlockSelector, all: boolean) {
  const found = context.find(selector)
  return found === undefined ? null : blockJson(found, all ? allOf(context, found) : found.transactions.map(toHex))
}

function count(context: RpcContext, selector: BlockSelector) {
  const found = context.find(selector)
  return found === undefined ? null : toQuantity(found.transactions.length)
}

function allOf({ node }: RpcContext, found: Block) {
  const { number } = found.header
  const size = new AnswerSize()
  return found.transactions.map((each, index) => {
    const raw = node.chain.transaction({ number, index })
    size.transaction(raw)
    return transactionJson(raw, each, { block: found, index }, node.rules)
  })
}

import { setImmediate as yieldThread } from 'node:timers/promises'
import { equalBytes } from '../../../lib/bytes.ts'
import { AnswerSize } from '../answer-size.ts'
import type { Block } from '../chain.ts'
import type { RpcContext } from '../context.ts'
import { type Json, logJson } from '../format.ts'
import { type LogFilter, logFilter } from '../params.ts'
import { RpcCode, RpcError } from '../rpc-error.ts'
import { addressTerm, type Log } from '../transaction-receipt.ts'
import { type Method, method } from './method.ts'

/** Limit of the logs in one answer. */
const MAX_LOGS = 10_000
/** Limit of the blocks when the filter has neither address nor topic. */
const MAX_UNFILTERED = 10_000
/** Limit of the receipts that one request reads: about two seconds. */
const MAX_RECEIPTS = 100_000
/** Milliseconds after which other requests and sealing get their turn. */
const YIELD_AFTER_MS = 10
/** Up to this many blocks, a look-up of each is cheaper than reading another index. */
const FEW_BLOCKS = 256

export const logMethods: Record<string, Method> = {
  eth_getLogs: method([logFilter], async (context, filter) => {
    const found: Json[] = []
    const size = new AnswerSize()
    let receipts = 0
    let yielded = performance.now()
    for (const number of await candidates(context, filter)) {
      const block = context.node.chain.block(number) as Block
      for (const index of block.transactions.keys()) {
        if (++receipts > MAX_RECEIPTS) throw limit(`more than ${MAX_RECEIPTS} receipts: ask for fewer blocks`)
        if (performance.now() - yielded > YIELD_AFTER_MS) {
          await yieldThread()
          yielded = performance.now()
        }
        const { logs, logsBefore } = context.node.chain.receipt({ number, index })
        for (const [i, log] of logs.entries()) {
          if (!matches(log, filter)) continue
          if (found.length === MAX_LOGS) {
            throw limit(`query returned more than ${MAX_LOGS} results: ask for fewer blocks`)
          }
          size.log(log)
          found.push(logJson(log, block, index, logsBefore + i))
        }
      }
    }
    return found
  }),
}

/** The blocks that may have a matching log, ascending: every part of the filter has an index entry for them. */
async function candidates(context: RpcContext, filter: LogFilter): Promise<readonly number[]> {
  const { chain } = context.node
  if (filter.blockHash) return [context.require({ hash: filter.blockHash }).header.number]
  const from = context.find(filter.fromBlock ?? 'latest')?.header.number
  const to = context.find(filter.toBlock ?? 'latest')?.header.number
  // An empty answer would tell a client behind a failover that a block it has not seen yet holds no log.
  if (from === undefined || to === undefined) throw wrongRange('block range extends beyond current head block')
  if (from > to) throw wrongRange('invalid block range params')

  const parts = termsOf(filter)
  if (parts.length === 0) {
    if (to - from >= MAX_UNFILTERED) throw limit(`without address or topic, ask for ${MAX_UNFILTERED} blocks at most`)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  }
  let left: number[] | undefined
  for (const alternatives of parts) {
    if (left !== undefined && left.length <= FEW_BLOCKS) {
      left = left.filter(number => alternatives.some(term => chain.mayHave(term, number)))
      continue
    }
    const having = new Set<number>()
    for (const term of alternatives) for await (const number of chain.blocksWith(term, from, to)) having.add(number)
    left = left === undefined ? [...having] : left.filter(number => having.has(number))
  }
  return (left ?? []).sort((a, b) => a - b)
}

/** A log must match one term of each part. Topics come first, because fewer blocks have them than an address. */
function termsOf({ address, topics }: LogFilter): Uint8Array[][] {
  const parts = (topics ?? []).filter(topic => topic !== null && topic.length > 0) as Uint8Array[][]
  if (address && address.length > 0) parts.push(address.map(addressTerm))
  return parts
}

function matches(log: Log, { address, topics }: LogFilter): boolean {
  if (address && address.length > 0 && !address.some(each => equalBytes(each, log.address))) return false
  return (topics ?? []).every((wanted, i) => {
    const topic = log.topics[i]
    // A log must have a topic at each position of the filter, even where the filter allows any topic.
    if (topic === undefined) return false
    return wanted === null || wanted.length === 0 || wanted.some(each => equalBytes(each, topic))
  })
}

const wrongRange = (message: string) => new RpcError(RpcCode.invalidParams, message)
const limit = (message: string) => new RpcError(RpcCode.limitExceeded, message)

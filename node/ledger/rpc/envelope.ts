import { z } from 'zod'
import { unreachable } from '../../lib/errors.ts'
import { checkJsonBounds } from '../../lib/json-bounds.ts'
import type { Warn } from '../../lib/warn.ts'
import { LedgerError } from '../errors.ts'
import { OverloadedError } from '../fair-queue.ts'
import type { Connection, Ledger } from '../ledger.ts'
import { reportFault } from './fault.ts'
import { type Load, SENDING } from './load.ts'

/** JSON-RPC 2.0: parses requests and batches, and creates the responses. */

export interface RpcResponse {
  readonly jsonrpc: '2.0'
  readonly id: string | number | null
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
}

/** JSON-RPC 2.0 §5.1 and EIP-1474. */
const PARSE_ERROR = -32700
const INVALID_REQUEST = -32600
const METHOD_NOT_FOUND = -32601
const INVALID_PARAMS = -32602
const INTERNAL_ERROR = -32603
const RESOURCE_UNAVAILABLE = -32002
const LIMIT_EXCEEDED = -32005

const MAX_BATCH = 100
/** If the answers of a batch exceed this number of bytes, the remaining requests are not executed. */
const MAX_BATCH_ANSWER = 16 * 1024 * 1024
const MAX_PARAMS = 16
const MAX_METHOD = 100

/** The public methods. Methods of an engine such as `admin_` or `debug_` are not served. */
const SERVED = /^(?:eth|net|web3)_[A-Za-z]+$/

const id = z.union([z.string(), z.number(), z.null()])

const request = z.object({
  jsonrpc: z.literal('2.0'),
  /** Absent for a notification, which is executed and not answered. */
  id: id.optional(),
  method: z.string(),
  params: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).nullish(),
})

export interface Answer {
  readonly text: string
  /** The body was not JSON. */
  readonly unreadable?: true
}

/** A client, and the ledger that it uses. */
export interface Asker {
  readonly ledger: Ledger
  /** The load of all connections to this ledger. */
  readonly load: Load
  readonly connection: Connection
  /** Learns of errors that no rule foresees. */
  readonly warn?: Warn | undefined
}

/** The answer to a body, or null if it contains only notifications. */
export async function answerBody(asker: Asker, text: string): Promise<Answer | null> {
  let body: unknown
  try {
    checkJsonBounds(Buffer.from(text))
    body = JSON.parse(text)
  } catch {
    return { text: JSON.stringify(failure(null, PARSE_ERROR, 'parse error')), unreadable: true }
  }
  if (Array.isArray(body)) return answerBatch(asker, body)
  const answer = await answerOne(asker, body)
  return answer === null ? null : { text: answer }
}

/** Answers the requests one after another, to bound the memory. Only transactions wait for their block together. */
async function answerBatch(asker: Asker, batch: readonly unknown[]): Promise<Answer | null> {
  const refused = batch.length === 0 ? 'empty batch' : `at most ${MAX_BATCH} requests in a batch`
  if (batch.length === 0 || batch.length > MAX_BATCH) {
    return { text: JSON.stringify(failure(null, INVALID_REQUEST, refused)) }
  }
  const answers: Promise<string | null>[] = []
  let bytes = 0
  for (const each of batch) {
    const answer = bytes > MAX_BATCH_ANSWER ? Promise.resolve(notExecuted(each)) : answerOne(asker, each)
    answers.push(answer)
    if ((each as { method?: unknown } | null)?.method !== SENDING) bytes += (await answer)?.length ?? 0
  }
  const wanted = (await Promise.all(answers)).filter(answer => answer !== null)
  return wanted.length === 0 ? null : { text: `[${wanted.join(',')}]` }
}

export function failure(to: RpcResponse['id'], code: number, message: string, data?: string): RpcResponse {
  return { jsonrpc: '2.0', id: to, error: data === undefined ? { code, message } : { code, message, data } }
}

/** The answer as JSON, or null for a notification. */
async function answerOne(asker: Asker, body: unknown): Promise<string | null> {
  const parsed = request.safeParse(body)
  if (!parsed.success) return JSON.stringify(failure(idOf(body), INVALID_REQUEST, 'invalid request'))
  const { id: to, method, params } = parsed.data
  const answer = await execute(asker, to ?? null, method, params ?? [])
  return to === undefined ? null : answer
}

async function execute(
  { ledger, load, connection, warn }: Asker,
  to: RpcResponse['id'],
  method: string,
  params: readonly unknown[] | Record<string, unknown>,
): Promise<string> {
  try {
    if (method.length > MAX_METHOD || !SERVED.test(method)) {
      const name = method.slice(0, MAX_METHOD)
      return JSON.stringify(failure(to, METHOD_NOT_FOUND, `the method ${name} does not exist/is not available`))
    }
    if (!Array.isArray(params)) {
      return JSON.stringify(failure(to, INVALID_PARAMS, 'invalid params: an array is expected'))
    }
    if (params.length > MAX_PARAMS) {
      return JSON.stringify(failure(to, INVALID_PARAMS, `invalid params: at most ${MAX_PARAMS} are expected`))
    }
    return await load.turn(connection, method, async () => {
      const result = (await ledger.request(method, params, connection)) ?? null
      return JSON.stringify({ jsonrpc: '2.0', id: to, result } satisfies RpcResponse)
    })
  } catch (error) {
    if (error instanceof OverloadedError) return JSON.stringify(failure(to, LIMIT_EXCEEDED, error.message))
    reportFault(warn, method, error)
    return JSON.stringify(
      error instanceof LedgerError ? refusal(to, error) : failure(to, INTERNAL_ERROR, 'internal error'),
    )
  }
}

function notExecuted(body: unknown): string | null {
  if (typeof body === 'object' && body !== null && !('id' in body)) return null
  return JSON.stringify(
    failure(idOf(body), LIMIT_EXCEEDED, 'the answers before this one are too long: send smaller batches'),
  )
}

function idOf(body: unknown): RpcResponse['id'] {
  const named = z.object({ id }).safeParse(body)
  return named.success ? named.data.id : null
}

function refusal(to: RpcResponse['id'], { detail, message }: LedgerError): RpcResponse {
  switch (detail.code) {
    case 'LEDGER_RPC':
      return failure(to, detail.rpcCode, detail.rpcMessage, detail.data)
    case 'LEDGER_UNREACHABLE':
    case 'LEDGER_CLOCK_BEHIND':
    case 'LEDGER_CLOCK_AHEAD':
      return failure(to, RESOURCE_UNAVAILABLE, message)
    case 'LEDGER_PENDING':
    case 'LEDGER_WRONG_CHAIN':
    case 'LEDGER_IN_USE':
    case 'LEDGER_REVERTED':
    case 'LEDGER_ACT_REFUSED':
    case 'LEDGER_LANE_TAKEN':
    case 'LEDGER_NO_CONTRACT':
    case 'LEDGER_DEPLOYMENT':
    case 'LEDGER_HISTORY_LOST':
    case 'LEDGER_BLOCK_REFUSED':
    case 'LEDGER_IMPORT_UNFINISHED':
    case 'LEDGER_FORK':
    case 'LEDGER_LOG_FORK':
    case 'LEDGER_LOG_WITNESS':
    case 'LEDGER_DAMAGED':
    case 'LEDGER_UNWITNESSED':
      return failure(to, INTERNAL_ERROR, message)
    default:
      return unreachable(detail)
  }
}

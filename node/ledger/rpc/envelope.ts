import { z } from 'zod'
import { LedgerError } from '../errors.ts'
import type { Ledger } from '../ledger.ts'

/** JSON-RPC 2.0 over a ledger port: requests and batches in, responses out. */

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
const INTERNAL_ERROR = -32603
const RESOURCE_UNAVAILABLE = -32002

export const MAX_BATCH = 100

/** What is public of a node; an engine's own `admin_` or `debug_` is not for those who may ask here. */
const SERVED = /^(?:eth|net|web3)_[A-Za-z]+$/

const id = z.union([z.string(), z.number(), z.null()])

const request = z.object({
  jsonrpc: z.literal('2.0'),
  /** Absent: a notification, to be carried out and not answered. */
  id: id.optional(),
  method: z.string().max(100),
  params: z.array(z.unknown()).max(16).nullish(),
})

/** The answer to a body, or null when it holds nothing that wants one. */
export async function answerBody(ledger: Ledger, text: string): Promise<RpcResponse | RpcResponse[] | null> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return failure(null, PARSE_ERROR, 'parse error')
  }
  if (!Array.isArray(body)) return answerOne(ledger, body)
  if (body.length === 0) return failure(null, INVALID_REQUEST, 'empty batch')
  if (body.length > MAX_BATCH) return failure(null, INVALID_REQUEST, `at most ${MAX_BATCH} requests in a batch`)
  const answers = await Promise.all(body.map(each => answerOne(ledger, each)))
  const wanted = answers.filter(answer => answer !== null)
  return wanted.length === 0 ? null : wanted
}

export function failure(to: RpcResponse['id'], code: number, message: string, data?: string): RpcResponse {
  return { jsonrpc: '2.0', id: to, error: data === undefined ? { code, message } : { code, message, data } }
}

async function answerOne(ledger: Ledger, body: unknown): Promise<RpcResponse | null> {
  const parsed = request.safeParse(body)
  if (!parsed.success) {
    const named = z.object({ id }).safeParse(body)
    return failure(named.success ? named.data.id : null, INVALID_REQUEST, 'invalid request')
  }
  const { id: to, method, params } = parsed.data
  const answer = SERVED.test(method)
    ? await carryOut(ledger, to ?? null, method, params ?? [])
    : failure(to ?? null, METHOD_NOT_FOUND, `the method ${method} does not exist/is not available`)
  return to === undefined ? null : answer
}

async function carryOut(
  ledger: Ledger,
  to: RpcResponse['id'],
  method: string,
  params: unknown[],
): Promise<RpcResponse> {
  try {
    return { jsonrpc: '2.0', id: to, result: (await ledger.request(method, params)) ?? null }
  } catch (error) {
    if (!(error instanceof LedgerError)) return failure(to, INTERNAL_ERROR, 'internal error')
    return refusal(to, error)
  }
}

function refusal(to: RpcResponse['id'], { detail, message }: LedgerError): RpcResponse {
  switch (detail.code) {
    case 'LEDGER_RPC':
      return failure(to, detail.rpcCode, detail.rpcMessage, detail.data)
    case 'LEDGER_UNREACHABLE':
    case 'LEDGER_CLOCK_BEHIND':
      return failure(to, RESOURCE_UNAVAILABLE, message)
    default:
      return failure(to, INTERNAL_ERROR, message)
  }
}

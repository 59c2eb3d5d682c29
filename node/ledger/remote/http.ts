import { z } from 'zod'
import { ParseError } from '../../lib/parse-error.ts'
import { readBounded } from '../../lib/stream.ts'
import { LedgerError } from '../errors.ts'

/** Reasons why an endpoint cannot be used at the moment. */
export type EndpointTrouble =
  /** No connection. */
  | 'down'
  /** A connection, but no answer in time. */
  | 'slow'
  /** It answers, but not like a working node. */
  | 'failing'
  /** It reports that it does not have the newest blocks yet. */
  | 'syncing'
  /** It lacks blocks that were seen before. */
  | 'behind'
  /** It serves another ledger, or another history of this one. */
  | 'wrong chain'

/** The outcome of a request is unknown. The request may be sent to another endpoint. */
export class EndpointFailure extends Error {
  override name = 'EndpointFailure'

  constructor(
    readonly trouble: EndpointTrouble,
    /** A text without any part of the URL. */
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(`${trouble}: ${reason}`, options)
  }
}

const envelope = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.string(), z.null()]),
  result: z.unknown().optional(),
  /** Some nodes send null together with a result, which JSON-RPC 2.0 does not allow. */
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }).nullish(),
})

export type RpcAnswer = z.output<typeof envelope>

/** Longer answers are refused. */
const MAX_ANSWER = 64 * 1024 * 1024
/** EIP-1474: the node cannot process the request now. */
const RESOURCE_UNAVAILABLE = -32002
/** EIP-1474: a limit was exceeded. Other endpoints have the limit too. */
const LIMIT_EXCEEDED = -32005
/** Besu's: "Initial sync is still in progress". */
const NO_STATE_YET = -32008
/** Sent by a proxy, or by a node that gave up: whether the request was executed is unknown. */
const RETRYABLE_STATUSES = new Set([408, 425, 429, 502, 503, 504])

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly method: string
  readonly params: readonly unknown[]
  readonly id: number
  readonly timeoutMs: number
  /** Aborts the request when the ledger is closed. */
  readonly closed: AbortSignal
}

/**
 * One JSON-RPC request over HTTP.
 * @throws {EndpointFailure} if there is no valid answer
 * @throws {LedgerError} LEDGER_RPC if the request or its answer is too long, which would be the same at another endpoint
 */
export async function post({ url, headers, method, params, id, timeoutMs, closed }: Post): Promise<RpcAnswer> {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)])
  let text: string
  let status: number
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      signal,
      redirect: 'error',
    })
    status = response.status
    text = new TextDecoder().decode(await readBounded(response.body, MAX_ANSWER))
  } catch (cause) {
    if (cause instanceof ParseError) throw tooLong(method, 'the answer is longer than 64 MiB')
    if (closed.aborted) throw new EndpointFailure('down', 'it was closed by this process', { cause })
    if (signal.aborted) throw new EndpointFailure('slow', `no answer to ${method} within ${timeoutMs} ms`, { cause })
    throw new EndpointFailure('down', reasonOf(cause), { cause })
  }
  if (status === 413) throw tooLong(method, 'the request is longer than the node allows')
  const parsed = envelope.safeParse(parseJson(text))
  if (!parsed.success) throw new EndpointFailure('failing', `HTTP ${status} without a JSON-RPC answer`)
  const { data } = parsed
  const { error } = data
  if (error?.code === NO_STATE_YET) throw new EndpointFailure('syncing', error.message)
  // Such an answer does not show whether the request was executed, so another endpoint may get it.
  if (RETRYABLE_STATUSES.has(status) || error?.code === RESOURCE_UNAVAILABLE) {
    throw new EndpointFailure('failing', error?.message ?? `HTTP ${status}`)
  }
  if (data.id !== id && !error) throw new EndpointFailure('failing', 'its answer is for another request')
  return data
}

function tooLong(method: string, reason: string): LedgerError {
  const rpcMessage = `${reason}: request less`
  const detail = { code: 'LEDGER_RPC', method, rpcCode: LIMIT_EXCEEDED, rpcMessage } as const
  return new LedgerError(detail, `${method}: ${rpcMessage}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `fetch` wraps the reason. The innermost error has the most specific code. */
function reasonOf(error: unknown): string {
  let reason = 'no connection'
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') reason = `no connection (${code})`
  }
  return reason
}

import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { z } from 'zod'
import { ParseError } from '../../lib/parse-error.ts'
import { LedgerError } from '../errors.ts'
import { readAnswer } from './answer.ts'

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
  readonly agents: Agents
  readonly headers: Readonly<Record<string, string>>
  readonly method: string
  readonly params: readonly unknown[]
  readonly id: number
  readonly timeoutMs: number
  /** Aborts the request: the ledger is closed, or another endpoint answered first. */
  readonly aborted: AbortSignal
}

/** The connections to one endpoint. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

/** Besu refuses connections beyond 80 by default, and other clients need some of them. */
const MAX_CONNECTIONS = 24
/** An idle connection is closed after this time (ms), before a usual node or proxy does, which could cut off a request. */
const IDLE_MS = 4_000

export function createAgents(): Agents {
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS, timeout: IDLE_MS }
  return { http: new HttpAgent(options), https: new HttpsAgent(options) }
}

/**
 * One JSON-RPC request over HTTP.
 * @throws {EndpointFailure} if there is no valid answer
 * @throws {LedgerError} LEDGER_RPC if the request or its answer is too long, which would be the same at another endpoint
 */
export async function post({ url, agents, headers, method, params, id, timeoutMs, aborted }: Post): Promise<RpcAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([aborted, timeout])
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  let answer: unknown
  let status: number
  try {
    const response = await send(url, agents, { ...headers, 'content-type': 'application/json' }, body, signal)
    status = response.statusCode as number
    answer = await readAnswer(response)
  } catch (cause) {
    if (cause instanceof ParseError) {
      if (cause.code === 'PARSE_LENGTH') throw tooLong(method, 'the answer is longer than 32 MiB')
      throw new EndpointFailure('failing', `its answer cannot be read: ${cause.message}`, { cause })
    }
    if (aborted.aborted) throw new EndpointFailure('down', 'the request was given up by this process', { cause })
    if (timeout.aborted) throw new EndpointFailure('slow', `no answer to ${method} within ${timeoutMs} ms`, { cause })
    throw new EndpointFailure('down', reasonOf(cause), { cause })
  }
  if (status === 413) throw tooLong(method, 'the request is longer than the node allows')
  const parsed = envelope.safeParse(answer)
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

/** A redirect is not followed: its status comes without a JSON-RPC answer. */
function send(
  url: URL,
  agents: Agents,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options: RequestOptions = { method: 'POST', headers: { ...headers, 'content-length': body.length }, signal }
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, agent: agents.https })
      : requestHttp(url, { ...options, agent: agents.http })
  request.once('response', resolve).once('error', reject).end(body)
  return promise
}

function tooLong(method: string, reason: string): LedgerError {
  const rpcMessage = `${reason}: request less`
  const detail = { code: 'LEDGER_RPC', method, rpcCode: LIMIT_EXCEEDED, rpcMessage } as const
  return new LedgerError(detail, `${method}: ${rpcMessage}`)
}

/** The innermost error has the most specific code. */
function reasonOf(error: unknown): string {
  let reason = 'no connection'
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') reason = `no connection (${code})`
  }
  return reason
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Random } from '../../lib/random.ts'
import type { Warn } from '../../lib/warn.ts'
import type { Ledger } from '../ledger.ts'
import { type Asker, answerBody, failure } from './envelope.ts'
import { filtersOf } from './filters.ts'
import { loadOf } from './load.ts'

export interface RpcListenerOptions {
  /** For the ids of filters. */
  readonly random: Random
  /**
   * Allowed names in the Host header, without port (default: the loopback names). A hostile site can make its own name
   * point to this host (DNS rebinding), but it cannot make the browser send another Host header.
   */
  readonly hosts?: readonly string[]
  /** Learns of errors that no rule foresees. */
  readonly warn?: Warn
}

export type RpcListener = (request: IncomingMessage, response: ServerResponse) => void

export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
export const MAX_BODY = 1024 * 1024
const INVALID_REQUEST = -32600

/**
 * JSON-RPC over HTTP POST, for `http.createServer` or as an Express handler before any body parser. It sends no CORS
 * headers, so a page of another origin cannot read answers. Because the content type must be JSON, such a page cannot
 * send requests either. The caller must restrict who can reach it.
 */
export function rpcListener(ledger: Ledger, { hosts = LOOPBACK, random, warn }: RpcListenerOptions): RpcListener {
  const load = loadOf(ledger)
  return (request, response) => {
    const refused = refusalOf(request, hosts)
    if (refused !== null) {
      // The body stays unread, so the connection cannot be used again.
      response.setHeader('connection', 'close')
      return refuse(response, refused.status, refused.reason)
    }
    void serve({ ledger: filtersOf(ledger, random), load, connection: request.socket, warn }, request, response)
  }
}

async function serve(asker: Asker, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await readBody(request).catch(() => undefined)
  if (text === undefined) return void response.destroy()
  if (text === null) {
    response.setHeader('connection', 'close')
    return refuse(response, 413, `a body has at most ${MAX_BODY} bytes`)
  }
  const answer = await answerBody(asker, text)
  if (answer === null) return reply(response, 204, undefined)
  if (response.destroyed) return
  response.once(
    'close',
    asker.load.countUnread(answer.text.length, () => response.destroy()),
  )
  reply(response, answer.unreadable ? 400 : 200, answer.text)
}

/** Whether the Host header of the request is one of these names. */
export function hostIsServed(request: IncomingMessage, hosts: readonly string[]): boolean {
  const host = request.headers.host?.toLowerCase().replace(/:\d{1,5}$/, '')
  return host !== undefined && hosts.some(each => each.toLowerCase() === host)
}

function refusalOf(request: IncomingMessage, hosts: readonly string[]): { status: number; reason: string } | null {
  if (!hostIsServed(request, hosts)) return { status: 403, reason: 'this host name is not served' }
  if (request.method !== 'POST') return { status: 405, reason: 'use POST' }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return { status: 415, reason: 'use content-type: application/json' }
  if (Number(request.headers['content-length']) > MAX_BODY) {
    return { status: 413, reason: `a body has at most ${MAX_BODY} bytes` }
  }
  return null
}

/** Null if the body is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  reply(response, status, JSON.stringify(failure(null, INVALID_REQUEST, reason)))
}

function reply(response: ServerResponse, status: number, body: string | undefined): void {
  response.statusCode = status
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-content-type-options', 'nosniff')
  if (body === undefined) return void response.end()
  response.setHeader('content-type', 'application/json')
  response.end(body)
}

/**
 * Serves a ledger's JSON-RPC over HTTP and WebSocket on loopback, and optionally the health of the node.
 * Why: docs/decisions/005.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Ledger, LedgerHead } from '../ledger/ledger.ts'
import { hostIsServed, LOOPBACK, rpcListener } from '../ledger/rpc/server.ts'
import { serveSockets } from '../ledger/rpc/socket.ts'
import { type Cosigner, MAX_REQUEST } from '../ledger/transparency/cosigner.ts'
import type { Random } from '../lib/random.ts'
import type { Clock } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { ledgerGauges } from './ledger-gauges.ts'
import { closeServer, listen } from './server.ts'

export interface LedgerServerOptions {
  readonly port: number
  readonly random: Random
  /** Learns of JSON-RPC requests that were answered with an internal error. */
  readonly warn: Warn
  /** If present, the server also answers `GET /healthz`, `/readyz`, `/metrics`, and `/witness` if the node signs heads. */
  readonly node?: {
    readonly clock: Clock
    /** Seconds. If the head is older, the node is not ready. */
    readonly standstillAfter: () => number
    readonly head: () => LedgerHead
    /** The signed statement about the block at that height, or about the newest; null if there is no such block. */
    readonly witnessed?: (height: number | null) => string | null
    /** If it is a witness of the ledger's transparency log: answers `POST /add-checkpoint` (C2SP tlog-witness). */
    readonly cosigner?: Pick<Cosigner, 'addCheckpoint'>
  }
}

export interface LedgerServer {
  readonly port: number
  close(): Promise<void>
}

/** @throws {ServerError} HTTP_PORT_TAKEN */
export async function serveLedger(
  ledger: Ledger,
  { port, random, warn, node }: LedgerServerOptions,
): Promise<LedgerServer> {
  const rpc = rpcListener(ledger, { random, warn })
  const pages = node && nodePages(ledger, node)
  const server = await listen(
    (request, response) => {
      if (node?.cosigner && request.method === 'POST' && request.url === ADD_CHECKPOINT) {
        return void addCheckpoint(node.cosigner, request, response).catch(() => response.destroy())
      }
      if (pages === undefined || request.method !== 'GET') return rpc(request, response)
      pages(request, response).catch(() => response.destroy())
    },
    '127.0.0.1',
    port,
  )
  const stopSockets = serveSockets(server, ledger, { random, warn })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      stopSockets()
      return closeServer(server)
    },
  }
}

const ADD_CHECKPOINT = '/add-checkpoint'

async function addCheckpoint(
  cosigner: Pick<Cosigner, 'addCheckpoint'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, type: string, body: string) => {
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(body)
  }
  if (!hostIsServed(request, LOOPBACK)) return send(403, 'text/plain', 'this host name is not served\n')
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_REQUEST) return send(413, 'text/plain', 'the request is too long\n')
  }
  const { status, type, body } = await cosigner.addCheckpoint(text)
  send(status, type, body)
}

type Page = { readonly status: number; readonly type: string; readonly body: string }

function nodePages(
  ledger: Ledger,
  { clock, standstillAfter, head, witnessed }: NonNullable<LedgerServerOptions['node']>,
) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  ledgerGauges(registry, ledger)
  const json = (status: number, value: unknown): Page => ({
    ...{ status, type: 'application/json' },
    body: JSON.stringify(value),
  })
  const pages: Readonly<Record<string, (query: URLSearchParams) => Page | Promise<Page>>> = {
    '/healthz': () => json(200, { status: 'ok' }),
    '/readyz': () => {
      const { number, timestamp } = head()
      const age = clock() - timestamp
      const ready = age <= standstillAfter()
      return json(ready ? 200 : 503, { ready, block: number, age })
    },
    '/metrics': async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
    '/witness': query => {
      if (witnessed === undefined) return json(404, { error: 'this node is not a witness' })
      const height = query.get('height')
      if (height !== null && !/^\d{1,15}$/.test(height)) return json(400, { error: 'height is a block number' })
      const text = witnessed(height === null ? null : Number(height))
      return text === null
        ? json(404, { error: 'this node does not have that block yet' })
        : { status: 200, type: 'application/dojang-head+jwt', body: text }
    },
  }
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path, query] = (request.url ?? '').split('?', 2)
    const page = Object.entries(pages).find(([name]) => name === path)?.[1]
    const served = hostIsServed(request, LOOPBACK)
    const { status, type, body } = !served
      ? json(403, { error: 'this host name is not served' })
      : await (page?.(new URLSearchParams(query)) ?? json(404, { error: 'use POST: this is JSON-RPC' }))
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(body)
  }
}

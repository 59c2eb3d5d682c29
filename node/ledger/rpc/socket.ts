import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Random } from '../../lib/random.ts'
import type { Warn } from '../../lib/warn.ts'
import type { Ledger } from '../ledger.ts'
import { type Asker, answerBody } from './envelope.ts'
import { filtersOf } from './filters.ts'
import { loadOf } from './load.ts'
import { hostIsServed, LOOPBACK, MAX_BODY } from './server.ts'
import { Subscriptions } from './subscriptions.ts'

export interface SocketOptions {
  /** For the ids of filters and subscriptions. */
  readonly random: Random
  /** As for `rpcListener`. */
  readonly hosts?: readonly string[]
  readonly warn?: Warn
  readonly maxConnections?: number
  /** Milliseconds between two pings. A connection that does not answer in this time is closed. */
  readonly pingMs?: number
}

/** Concurrent requests of one connection. Further requests are not read until one is answered. */
const MAX_UNDER_WAY = 100
/** Messages that were read together with the last one: as many as fit into one read of the socket (64 KiB). */
const MAX_READ = 10_000
/** Bytes that a client may leave unread. */
const MAX_BEHIND = 16 * 1024 * 1024

/**
 * JSON-RPC over WebSocket, together with `rpcListener`, with `eth_subscribe`. A browser sends the origin of a page.
 * Pages must not use this interface, so a request with an origin is refused.
 * @returns a function that ends all connections
 */
export function serveSockets(
  server: Server,
  ledger: Ledger,
  { hosts = LOOPBACK, random, warn, maxConnections = 100, pingMs = 30_000 }: SocketOptions,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_BODY,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const open = new Set<WebSocket>()
  const load = loadOf(ledger)
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.origin !== undefined || !hostIsServed(request, hosts)) return refuse(socket, '403 Forbidden')
    if (open.size >= maxConnections) return refuse(socket, '503 Service Unavailable')
    sockets.handleUpgrade(request, socket, head, it => {
      open.add(it)
      it.once('close', () => open.delete(it))
      serve(it, { ledger, load, connection: socket, warn }, random, pingMs)
    })
  }
  server.on('upgrade', onUpgrade)
  return () => {
    server.off('upgrade', onUpgrade)
    for (const socket of open) socket.close(1001, 'the node stops')
    setTimeout(() => {
      for (const socket of open) socket.terminate()
    }, 500).unref()
  }
}

function serve(socket: WebSocket, { ledger, load, connection, warn }: Asker, random: Random, pingMs: number): void {
  const send = (text: string) => {
    // A client that does not read is disconnected. It can fetch what it missed when it connects again.
    if (socket.bufferedAmount > MAX_BEHIND) return socket.terminate()
    socket.send(
      text,
      load.countUnread(text.length, () => socket.terminate()),
    )
  }
  const filters = filtersOf(ledger, random)
  const subscriptions = new Subscriptions(filters, random, params =>
    send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params })),
  )
  const asker = { ledger: subscriptions, load, connection, warn }
  let underWay = 0
  let alive = true
  const pulse = setInterval(() => {
    // No answer to a ping can be seen while the socket is paused.
    if (!alive && !socket.isPaused) return socket.terminate()
    alive = false
    socket.ping()
  }, pingMs)
  socket.on('pong', () => {
    alive = true
  })
  const read: string[] = []
  const answer = async (text: string) => {
    underWay += 1
    if (underWay >= MAX_UNDER_WAY) socket.pause()
    const given = await answerBody(asker, text)
    underWay -= 1
    if (given !== null) send(given.text)
    const next = read.shift()
    if (next !== undefined) void answer(next)
    else if (socket.isPaused) socket.resume()
  }
  // A binary frame is read as text: web3.py sends JSON in binary frames.
  socket.on('message', (data: Buffer) => {
    const text = data.toString('utf8')
    if (underWay < MAX_UNDER_WAY) void answer(text)
    else if (read.push(text) > MAX_READ) socket.close(1013, 'too much at once')
  })
  socket.on('error', () => socket.terminate())
  socket.once('close', () => {
    clearInterval(pulse)
    read.length = 0
    filters.end(connection)
    void subscriptions.close()
  })
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

/** Starts and stops listeners for http, for https, and on the socket of the command line. */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { ListenOptions } from 'node:net'
import type { TlsSource } from '../keys/tls.ts'
import { ServerError } from './errors.ts'

/** Milliseconds. Node compares connections with the limits once in each interval. */
export interface Limits {
  /** For a whole request, with its body. */
  readonly requestTimeout: number
  readonly headersTimeout: number
  readonly keepAliveTimeout: number
  readonly connectionsCheckingInterval: number
  readonly maxConnections: number
}

/** For listeners that everybody may reach. */
export const PUBLIC_LIMITS: Limits = {
  requestTimeout: 20_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxConnections: 4_096,
}

/** For the operator. The import of a register may take long; other bodies have a deadline (body-deadline.ts). */
export const OPERATOR_LIMITS: Limits = { ...PUBLIC_LIMITS, requestTimeout: 0, maxConnections: 256 }

/** BCP 195 (RFC 9325 §4.2): for TLS 1.2 only ECDHE with AES-GCM or ChaCha20; and the suites of TLS 1.3. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':')

/**
 * Starts listening.
 * @throws {ServerError} HTTP_PORT_TAKEN, HTTP_CANNOT_LISTEN
 */
export function listen(handler: RequestListener, host: string, port: number, limits = PUBLIC_LIMITS): Promise<Server> {
  return listening(createServer(limits, handler), { host, port }, limits)
}

/**
 * Starts listening on a Unix socket that only its owner can use. A socket that an ended process left behind is replaced:
 * the caller must make sure that no other process serves it.
 * @throws {ServerError} HTTP_SOCKET
 */
export async function listenOnSocket(handler: RequestListener, path: string, limits: Limits): Promise<Server> {
  try {
    rmSync(path, { force: true })
    const server = await listening(createServer(limits, handler), { path }, limits)
    chmodSync(path, 0o600)
    return server
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new ServerError(
      { code: 'HTTP_SOCKET', path, reason },
      `The socket ${path} for the command line cannot be created (${reason}). ` +
        'Use a data directory on a local disk, with a path shorter than 90 characters.',
      { cause },
    )
  }
}

export interface TlsOptions {
  readonly source: TlsSource
  /** Called if the certificate could not be renewed. The server keeps the last one. */
  readonly warn: (error: unknown) => void
  /** Milliseconds between two renewals of the certificate (default: an hour). */
  readonly every?: number
}

/**
 * Starts listening for https (TLS 1.2 or 1.3).
 * @throws {ServerError} HTTP_PORT_TAKEN, HTTP_CANNOT_LISTEN
 * @throws the error of the source, if it fails at the start
 */
export async function listenTls(
  handler: RequestListener,
  host: string,
  port: number,
  { source, warn, every = 3_600_000 }: TlsOptions,
): Promise<Server> {
  const policy = { minVersion: 'TLSv1.2', ciphers: CIPHERS, honorCipherOrder: true } as const
  const server = createSecureServer({ ...PUBLIC_LIMITS, ...policy, ...(await source()) }, handler)
  const renew = () => source().then(identity => server.setSecureContext({ ...policy, ...identity }))
  const timer = setInterval(() => void renew().catch(warn), every).unref()
  server.once('close', () => clearInterval(timer))
  return listening(server, { host, port }, PUBLIC_LIMITS)
}

function listening<Some extends Server>(server: Some, at: ListenOptions, limits: Limits): Promise<Some> {
  server.maxConnections = limits.maxConnections
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      const { host = '', port } = at
      if (port === undefined) return reject(error)
      if (code !== 'EADDRINUSE') {
        return reject(
          new ServerError(
            { code: 'HTTP_CANNOT_LISTEN', host, port, reason: code },
            `The node cannot listen on ${host}, port ${port} (${code}). Check that the host is an address of this ` +
              'machine; a port below 1024 needs the capability CAP_NET_BIND_SERVICE.',
            { cause: error },
          ),
        )
      }
      reject(
        new ServerError(
          { code: 'HTTP_PORT_TAKEN', port },
          `Port ${port} is taken by another program, perhaps by another dojang. ` +
            'Stop that program, or use another port (--port, --tls-port, --operator-port, --wallet-port, --rpc-port).',
          { cause: error },
        ),
      )
    })
    // All of these may wait to be accepted. With a shorter queue the system drops what comes while the node is busy, and
    // the client tries again only after a second or more.
    server.listen({ ...at, backlog: limits.maxConnections }, () => resolve(server))
  })
}

/** Closes idle connections at once, and others when their requests have finished or after a few seconds. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    // Closes connections whose last request has just finished; otherwise they would stay open for the next request.
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    const late = setTimeout(() => server.closeAllConnections(), 3000)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}

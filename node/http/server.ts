/** The public interface: one Express application with a router for each audience. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import express, { type Express, type RequestHandler, Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import type { Logger } from 'pino'
import type { TlsSource } from '../keys/tls.ts'
import { ServerError } from './errors.ts'
import { notFound, problems, sendProblem } from './problem.ts'
import { startPage } from './start-page.ts'

export interface Surfaces {
  readonly health: Router
  readonly public: Router
  readonly heads: Router
  readonly wallets: Router
  readonly presentations: Router
  readonly operator: Router
}

export interface AppOptions {
  /** All routes are below its path. */
  readonly publicUrl: string
  readonly surfaces: Surfaces
  readonly authority: { readonly ko: string; readonly en: string }
  readonly mode: string
  readonly log: Logger
  /** The limit of requests per minute from one address other than this host. */
  readonly requestsPerMinute: number
}

export function createApp({ publicUrl, surfaces, authority, mode, log, requestsPerMinute }: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  // If the last handler fails, Express must not send a stack trace.
  app.set('env', 'production')
  app.set('etag', false)
  app.set('query parser', 'simple')
  // A form may redirect to a wallet. If the public URL is http, links must not be upgraded to https.
  const directives = { 'form-action': null, 'upgrade-insecure-requests': null }
  app.use(helmet({ contentSecurityPolicy: { directives }, hsts: false }))
  app.use(accessLog(log))
  app.use(limit(requestsPerMinute))
  const base = Router()
  base.get('/', startPage(publicUrl, authority, mode))
  base.use(surfaces.health)
  base.use(surfaces.public)
  base.use(surfaces.heads)
  base.use('/operator', surfaces.operator)
  base.use(surfaces.presentations)
  app.use(new URL(publicUrl).pathname, base)
  // Their metadata is at the origin's well-known path, followed by the public URL's path (RFC 8414 §3.1).
  app.use(surfaces.wallets)
  app.use(notFound)
  app.use(problems(log))
  return app
}

/** Requests from this host are not limited. They come from the operator, or from a proxy that limits its clients itself. */
function limit(requestsPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: ({ ip }) => ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1',
    handler: (_request, response) => {
      sendProblem(response, {
        code: 'HTTP_TOO_MANY_REQUESTS',
        title: 'Too many requests from this address. Wait for the time in Retry-After.',
      })
    },
  })
}

/** Logs method, route, status and duration. The declared route is logged, because the requested address contains ids. */
function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    if (!log.isLevelEnabled('info')) return next()
    const started = performance.now()
    response.once('finish', () => {
      const route = `${request.baseUrl}${request.route?.path ?? ''}` || 'none'
      const ms = Math.round(performance.now() - started)
      log.info({ method: request.method, route, status: response.statusCode, ms }, 'request')
    })
    next()
  }
}

const TIMEOUTS = { requestTimeout: 120_000, headersTimeout: 20_000, keepAliveTimeout: 30_000 } as const

/**
 * Starts listening.
 * @throws {ServerError} HTTP_PORT_TAKEN
 */
export function listen(handler: RequestListener, host: string, port: number): Promise<Server> {
  return listening(createServer(TIMEOUTS, handler), host, port)
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
 * @throws {ServerError} HTTP_PORT_TAKEN
 * @throws the error of the source, if it fails at the start
 */
export async function listenTls(
  handler: RequestListener,
  host: string,
  port: number,
  { source, warn, every = 3_600_000 }: TlsOptions,
): Promise<Server> {
  const server = createSecureServer({ ...TIMEOUTS, ...(await source()) }, handler)
  const renew = () => source().then(identity => server.setSecureContext(identity))
  const timer = setInterval(() => void renew().catch(warn), every).unref()
  server.once('close', () => clearInterval(timer))
  return listening(server, host, port)
}

function listening<Some extends Server>(server: Some, host: string, port: number): Promise<Some> {
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return reject(error)
      reject(
        new ServerError(
          { code: 'HTTP_PORT_TAKEN', port },
          `Port ${port} is taken by another program, perhaps by another dojang. ` +
            'Stop that program, or use another port (--port, --tls-port, --rpc-port).',
          { cause: error },
        ),
      )
    })
    server.listen(port, host, () => resolve(server))
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

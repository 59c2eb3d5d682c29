/** The public interface: one Express application, a router for each audience. */
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
  /** Everything is served under its path. */
  readonly publicUrl: string
  readonly surfaces: Surfaces
  readonly authority: { readonly ko: string; readonly en: string }
  readonly mode: string
  readonly log: Logger
  /** Requests a minute from one address that is not this host. */
  readonly requestsPerMinute: number
}

export function createApp({ publicUrl, surfaces, authority, mode, log, requestsPerMinute }: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  // Should the last handler itself fail, Express must not answer with a stack trace.
  app.set('env', 'production')
  app.set('etag', false)
  app.set('query parser', 'simple')
  // Forms may lead on to a wallet; and where the public URL is http, links must stay what they are.
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
  // Their metadata stands at the origin's well-known place, with the path behind it (RFC 8414 §3.1).
  app.use(surfaces.wallets)
  app.use(notFound)
  app.use(problems(log))
  return app
}

/** This host is not limited: its clients are the operator's, and a proxy in front limits the others. */
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

/** Method, route, status and time. The route as declared, not the address asked for: that holds ids. */
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
  /** Told when the certificate could not be renewed; the last one stays. */
  readonly warn: (error: unknown) => void
  /** Milliseconds between two looks for a new certificate (default an hour). */
  readonly every?: number
}

/**
 * Starts listening for https (TLS 1.2 or 1.3).
 * @throws {ServerError} HTTP_PORT_TAKEN
 * @throws whatever the source does at the start
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
            'Stop that one, or use another port (--port, --tls-port, --rpc-port).',
          { cause: error },
        ),
      )
    })
    server.listen(port, host, () => resolve(server))
  })
}

/** Lets running requests finish, for a few seconds; idle connections go at once. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    // A connection whose request ends now would be kept open for the next.
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

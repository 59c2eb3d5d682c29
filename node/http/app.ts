/** The Express applications: for the public, for the operator, and for the wallet. Each has a listener of its own. */
import express, { type Express, type Request, type RequestHandler, type Response, type Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { hostIsServed, LOOPBACK } from '../ledger/rpc/server.ts'
import { accessLog } from './access-log.ts'
import { bodyDeadline } from './body-deadline.ts'
import { isLoopback } from './loopback.ts'
import { notFound, problems, sendProblem } from './problem.ts'
import { createRouter, literalPath } from './router.ts'
import { startPage } from './start-page.ts'

/** A router for each audience. */
export interface Routers {
  readonly health: Router
  readonly metrics: Router
  readonly public: Router
  readonly heads: Router
  readonly log: Router
  readonly wallets: Router
  readonly presentations: Router
  readonly relay: Router
  readonly chip: Router
  readonly kiosk: Router
  readonly kioskSettings: Router
  readonly verifiers: Router
  readonly ask: Router
  readonly askPage: Router
  readonly tills: Router
  readonly check: Router
  readonly checkSettings: Router
  readonly operator: Router
  readonly counter: Router
  readonly wallet: Router
  readonly walletSettings: Router
  readonly walletProvider: Router
  readonly lock: Router
  readonly lockPage: Router
  readonly lockSettings: Router
  readonly machines: Router
  /** Only with an identity provider. */
  readonly apply?: Router
  /** These only in a demo. */
  readonly face?: Router
  readonly demo?: Router
  readonly demoRoutes?: Router
}

export interface PublicAppOptions {
  /** All routes are below its path. */
  readonly publicUrl: string
  /** For the start page, as `operatorUrl`. */
  readonly walletUrl: string
  readonly operatorUrl: string
  readonly routers: Omit<
    Routers,
    'operator' | 'metrics' | 'counter' | 'machines' | 'wallet' | 'walletSettings' | 'lockPage' | 'lockSettings'
  >
  readonly authority: { readonly ko: string; readonly en: string }
  readonly mode: string
  readonly log: Logger
  /** The limit of requests per minute from one address other than this host. */
  readonly requestsPerMinute: number
}

export function createPublicApp(options: PublicAppOptions): Express {
  const { publicUrl, walletUrl, operatorUrl, routers, authority, mode, log, requestsPerMinute } = options
  const app = createApplication(log)
  app.use(limit(requestsPerMinute))
  // First, because they have most of the requests. Their metadata is at the origin's well-known path, followed by the
  // public URL's path (RFC 8414 §3.1).
  app.use(routers.wallets)
  // Its files know their own path, so it does not follow the public URL's.
  app.use('/check', routers.checkSettings)
  app.use('/check', routers.check)
  app.use('/kiosk', routers.kioskSettings)
  app.use('/kiosk', routers.kiosk)
  app.use('/ask', routers.ask)
  app.use('/ask', routers.askPage)
  if (routers.demo && routers.demoRoutes) {
    app.use('/demo', routers.demoRoutes)
    app.use('/demo', routers.demo)
  }
  const base = createRouter()
  base.get('/', startPage({ publicUrl, walletUrl, operatorUrl, authority, mode, online: routers.apply !== undefined }))
  base.use(routers.health)
  base.use(routers.public)
  base.use(routers.heads)
  base.use(routers.log)
  base.use(routers.presentations)
  base.use(routers.relay)
  base.use(routers.chip)
  if (routers.face) base.use(routers.face)
  base.use(routers.tills)
  base.use('/verifier', routers.verifiers)
  if (routers.apply) base.use('/apply', routers.apply)
  base.use(routers.walletProvider)
  base.use(routers.lock)
  app.use(literalPath(new URL(publicUrl).pathname), base)
  app.use(notFound)
  app.use(problems(log, { showFacts: false }))
  return app
}

export interface OperatorAppOptions {
  readonly routers: Pick<Routers, 'health' | 'metrics' | 'operator' | 'counter' | 'machines'>
  /** The origin of the operators' pages. */
  readonly operatorUrl: string
  readonly log: Logger
}

export function createOperatorApp({ routers, operatorUrl, log }: OperatorAppOptions): Express {
  const app = createApplication(log)
  app.use(bodyDeadline())
  app.use(loopbackNames(new URL(operatorUrl).hostname))
  app.use(routers.health)
  app.use(routers.metrics)
  app.use(routers.machines)
  app.use('/operator', routers.operator)
  app.use('/counter', routers.counter)
  app.use(notFound)
  app.use(problems(log, { showFacts: true }))
  return app
}

export interface WalletAppOptions {
  readonly routers: Pick<Routers, 'wallet' | 'walletSettings' | 'lockPage' | 'lockSettings'>
  readonly log: Logger
  readonly requestsPerMinute: number
}

/**
 * Serves the files of the wallet and of the page for locking, and nothing else: whatever runs on this origin can use the
 * holder's cards (docs/decisions/148). So it has no route that answers with anything that a client sent.
 */
export function createWalletApp({ routers, log, requestsPerMinute }: WalletAppOptions): Express {
  const app = createApplication(log)
  app.use(limit(requestsPerMinute))
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/', (_request, response) => response.redirect(307, '/wallet/'))
  app.use('/wallet', routers.walletSettings)
  app.use('/wallet', routers.wallet)
  app.use('/lock', routers.lockSettings)
  app.use('/lock', routers.lockPage)
  app.use(notFound)
  app.use(problems(log, { showFacts: false }))
  return app
}

export function createApplication(log: Logger): Express {
  const app = express()
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.disable('x-powered-by')
  // If the last handler fails, Express must not send a stack trace.
  app.set('env', 'production')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.use(securityHeaders())
  app.use(accessLog(log))
  return app
}

/** Helmet's headers. They are the same in every answer, so Helmet is asked for them once. */
function securityHeaders(): RequestHandler {
  // A form may redirect to a wallet. If the public URL is http, links must not be upgraded to https.
  const directives = { 'form-action': null, 'upgrade-insecure-requests': null }
  const headers = new Map<string, string>()
  const collector = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader() {} }
  const collect = helmet({ contentSecurityPolicy: { directives }, hsts: false })
  collect({} as Request, collector as unknown as Response, error => {
    if (error) throw error
  })
  return (_request, response, next) => {
    response.setHeaders(headers)
    next()
  }
}

/**
 * On loopback, refuses other names than those of loopback and of the operators' pages: a page of a hostile site can make its own name point to this
 * host (DNS rebinding), but it cannot change the Host header.
 */
export function loopbackNames(operatorHost: string): RequestHandler {
  const served = [...LOOPBACK, operatorHost]
  return (request, response, next) => {
    const { localAddress = '' } = request.socket
    if (!isLoopback(localAddress) || hostIsServed(request, served)) return next()
    sendProblem(response, {
      code: 'HTTP_REQUEST_INVALID',
      title:
        'On loopback, the operator interface serves only the names localhost, 127.0.0.1 and [::1], and that of ' +
        'operatorUrl.',
    })
  }
}

/** Requests from this host are not limited. They come from the operator, or from a proxy that limits its clients itself. */
export function limit(requestsPerMinute: number): RequestHandler {
  const limited = rateLimit({
    windowMs: 60_000,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) => {
      sendProblem(response, {
        code: 'HTTP_TOO_MANY_REQUESTS',
        title: 'Too many requests from this address. Wait for the time in Retry-After.',
      })
    },
  })
  return (request, response, next) =>
    isLoopback(request.socket.remoteAddress ?? '') ? next() : limited(request, response, next)
}

/**
 * The routes for wallets and applicants: OpenID4VCI 1.0 over Express. The messages are in issuer/oid4vci, which does not
 * depend on an HTTP framework. Mount this router before any body parser.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { type Exchange, MAX_BODY, type Reply, reply } from '../issuer/oid4vci/exchange.ts'
import { wellKnownPath } from '../issuer/oid4vci/metadata/well-known.ts'
import type { Oid4vci } from '../issuer/oid4vci/oid4vci.ts'
import { REFRESHED } from '../issuer/oid4vci/token/access-tokens.ts'
import { type Browser, BrowserCookie } from '../issuer/online/browser.ts'
import { ANSWER_WITHIN_MS, answerWithin } from './answer-within.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { createRouter, literalPath } from './router.ts'
import { isFailureCode, statusOf } from './status.ts'
import { type Step, Turns } from './turns.ts'

const METADATA_CACHE = { 'Cache-Control': 'max-age=300' }

/** Of the time for an answer, the share for a clerk's confirmation. The rest is for the block. */
const WAIT_SHARE = 0.9

/** @param answerWithinMs the longest wait for a block before a wallet gets an answer */
export function walletRoutes(oid4vci: Oid4vci, bodies: BodyBudget, answerWithinMs = ANSWER_WITHIN_MS): Router {
  const router = createRouter()
  const { endpoints } = oid4vci
  const cookie = new BrowserCookie(endpoints.issuer)
  const pathOf = (url: string) => literalPath(new URL(url).pathname)
  const raw = [bodies.count, express.raw({ type: () => true, limit: MAX_BODY, inflate: false })]
  const turns = new Turns()

  const get = (path: string, handle: RequestHandler<{ id?: string }>) =>
    router.route(path).all(openToPages('GET')).get(handle).all(methodNotAllowed('GET'))
  const answered =
    (handle: (exchange: Exchange) => Reply | Promise<Reply>): RequestHandler =>
    async (request, response) =>
      send(response, await answerWithin(answerWithinMs, Promise.resolve(handle(exchangeOf(request)))))
  type Handle = (exchange: Exchange) => Reply | Promise<Reply>
  const post = (url: string, step: Step | ((request: Request) => Step), handle: Handle) =>
    router
      .route(pathOf(url))
      .all(openToPages('POST'))
      .post(raw, turns.of(step), answered(handle))
      .all(methodNotAllowed('POST'))

  const document = (name: string, metadata: unknown, signed: { text(): string } | null = null) => {
    const answer = reply(200, metadata, { ...METADATA_CACHE, ...(signed && { Vary: 'Accept' }) })
    get(literalPath(wellKnownPath(endpoints.issuer, name)), (request, response) => {
      // OpenID4VCI 1.0 §12.2.2. A client that takes either gets what it names first.
      const isJwt = signed !== null && request.accepts(['application/json', 'application/jwt']) === 'application/jwt'
      const headers = { ...answer.headers, 'Content-Type': 'application/jwt' }
      send(response, isJwt ? { ...answer, headers, body: signed.text() } : answer)
    })
  }
  document('openid-credential-issuer', oid4vci.issuerMetadata, oid4vci.signedMetadata)
  document('oauth-authorization-server', oid4vci.serverMetadata)
  router
    .route(`${pathOf(endpoints.offers)}/:id`)
    .all(openToPages('GET'))
    .get(turns.of('offer'), (request: Request<{ id?: string }>, response, next) => {
      const offer = oid4vci.offers.object(request.params.id ?? '')
      if (!offer) return next('router')
      send(response, reply(200, offer))
    })
    .all(methodNotAllowed('GET'))

  post(endpoints.nonce, 'nonce', () => oid4vci.nonce())
  post(endpoints.challenge, 'nonce', () => oid4vci.challenge())
  post(endpoints.token, tokenStep, exchange => oid4vci.token.handle(exchange))
  router
    .route(pathOf(endpoints.credential))
    .all(openToPages('POST'))
    .post(raw, turns.of(credentialStep), async (request: Request, response: Response) => {
      const until = () => AbortSignal.any([closed(response), AbortSignal.timeout(answerWithinMs * WAIT_SHARE)])
      const handled = oid4vci.credential.handle(exchangeOf(request), until)
      send(response, await answerWithin(answerWithinMs, handled))
    })
    .all(methodNotAllowed('POST'))
  post(endpoints.notification, credentialStep, exchange => oid4vci.notification.handle(exchange))
  post(endpoints.cardState, credentialStep, exchange => oid4vci.cardState.handle(exchange))
  post(endpoints.par, 'nonce', exchange => oid4vci.par.handle(exchange))

  // A page for people, not open to scripts of other origins.
  router
    .route(pathOf(endpoints.authorize))
    .get(async (request, response) => {
      send(response, await oid4vci.authorize.show(queryOf(request), browserOf(request, cookie)))
    })
    .post(raw, async (request: Request, response: Response) => {
      const submitted = oid4vci.authorize.submit(exchangeOf(request), browserOf(request, cookie))
      send(response, await answerWithin(answerWithinMs, submitted))
    })
    .all(methodNotAllowed('GET and POST'))
  return router
}

/** A wallet that lies about it gets another place in the queue, and nothing else. */
const tokenStep = ({ body }: Request): Step =>
  Buffer.isBuffer(body) && body.includes('grant_type=refresh_token') ? 'refresh' : 'token'

const credentialStep = (request: Request): Step =>
  request.get('authorization')?.split(' ').at(-1)?.startsWith(REFRESHED) ? 'renewal' : 'credential'

/** The query of the request. The part before it may be any text, even an absolute URL of another server. */
export const queryOf = ({ originalUrl }: Request) => new URLSearchParams(originalUrl.split('?').slice(1).join('?'))

/** Aborts when the client has gone. */
function closed(response: Response): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}

export const browserOf = (request: Request, cookie: BrowserCookie): Browser =>
  cookie.read({ cookie: request.get('cookie'), fetchSite: request.get('sec-fetch-site') })

export function exchangeOf(request: Request): Exchange {
  return {
    contentType: request.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '',
    authorization: request.get('authorization'),
    dpop: request.get('dpop'),
    clientAttestation: request.get('oauth-client-attestation'),
    clientAttestationPop: request.get('oauth-client-attestation-pop'),
    body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
  }
}

export function send(response: Response, { status, headers, body, code }: Reply): void {
  if (status >= 400) response.locals.code = code ?? errorOf(body)
  const shown = code !== undefined && isFailureCode(code) ? statusOf(code) : status
  // With its length, the answer is one write to the socket. Without, it would be sent in chunks.
  response.writeHead(shown, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
}

/** The standard's error code of an answer, for the log. */
function errorOf(body: string): string | undefined {
  if (!body.startsWith('{')) return undefined
  return (JSON.parse(body) as { error?: string }).error
}

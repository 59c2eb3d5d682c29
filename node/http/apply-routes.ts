/** The pages of the online application, below `/apply` of the public URL. They are for people, not for scripts of other origins. */
import express, { type Request, type Response, type Router } from 'express'
import { MAX_BODY, type Reply } from '../issuer/oid4vci/exchange.ts'
import type { ApplyEndpoint } from '../issuer/online/apply-endpoint.ts'
import { BrowserCookie } from '../issuer/online/browser.ts'
import type { SimulatedProvider } from '../issuer/online/simulated-provider.ts'
import type { P256Jwk } from '../lib/crypto.ts'
import { thumbprint } from '../lib/jose/jwk.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed } from './methods.ts'
import { createRouter } from './router.ts'
import { browserOf, exchangeOf, queryOf, send } from './wallet-routes.ts'

export interface ApplyParts {
  readonly apply: ApplyEndpoint
  /** The public key with which this node authenticates itself to the identity provider. */
  readonly clientKey: P256Jwk
  readonly publicUrl: string
  /** Only in a demo. */
  readonly simulated: SimulatedProvider | null
}

export function applyRoutes({ apply, clientKey, publicUrl, simulated }: ApplyParts, bodies: BodyBudget): Router {
  const router = createRouter()
  const cookie = new BrowserCookie(publicUrl)
  const raw = [bodies.count, express.raw({ type: () => true, limit: MAX_BODY, inflate: false })]
  const answered =
    (handle: (request: Request) => Reply | Promise<Reply>) => async (request: Request, response: Response) =>
      send(response, await handle(request))

  const get = (path: string, handle: (request: Request) => Reply | Promise<Reply>) =>
    router.route(path).get(answered(handle))
  // Express sees the mounted path itself, without its slash, as '/'. The forms of a page there would go elsewhere.
  router
    .route('/')
    .get((request, response) => {
      if (request.originalUrl.split('?')[0]?.endsWith('/')) return send(response, apply.home())
      response.redirect(308, `${publicUrl}/apply/`)
    })
    .all(methodNotAllowed('GET'))
  get('/guardian', request => apply.guardian(queryOf(request))).all(methodNotAllowed('GET'))
  get('/callback', request => apply.callback(queryOf(request), browserOf(request, cookie))).all(methodNotAllowed('GET'))
  router
    .route('/sign-in')
    .post(
      raw,
      answered(request => apply.signIn(exchangeOf(request), browserOf(request, cookie))),
    )
    .all(methodNotAllowed('POST'))
  get('/review', request => apply.review(browserOf(request, cookie)))
    .post(
      raw,
      answered(request => apply.submit(exchangeOf(request), browserOf(request, cookie))),
    )
    .all(methodNotAllowed('GET and POST'))

  if (simulated) {
    router
      .route('/simulated')
      .get(answered(request => simulated.page(queryOf(request))))
      .post(
        raw,
        answered(request => simulated.submit(exchangeOf(request))),
      )
      .all(methodNotAllowed('GET and POST'))
  }

  // For the identity provider, which verifies this node's client assertions with it.
  const jwks = { keys: [{ ...clientKey, kid: thumbprint(clientKey), alg: 'ES256', use: 'sig' }] }
  router
    .route('/jwks.json')
    .get((_request, response) => {
      response.set('Cache-Control', 'max-age=300').json(jwks)
    })
    .all(methodNotAllowed('GET'))
  return router
}

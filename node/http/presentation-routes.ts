import express, { type RequestHandler, type Response, type Router } from 'express'
import type { Presentations } from '../verifier/oid4vp/presentations.ts'
import { MAX_RESPONSE } from '../verifier/oid4vp/response/decrypt.ts'

/** `application/` and `typ` are the same words (RFC 9101 §10.8). */
const REQUEST_OBJECT = 'application/oauth-authz-req+jwt'

/**
 * What a wallet talks to: it fetches the signed request and posts its answer. Nobody authenticates here; what keeps
 * strangers out is the id in the URL, and the state and key inside the signed request. A failure is thrown on to the
 * server's error handler.
 */
export function presentationRoutes(presentations: Presentations): Router {
  const router = express.Router()
  const form = (limit: number) => express.urlencoded({ extended: false, limit, parameterLimit: 16 })
  router.use('/presentations', noStore)

  router.get('/presentations/:id/request', (request, response) => {
    sendRequest(response, presentations.requestObject(request.params.id))
  })

  // wallet_metadata is not read: what we ask for is what every wallet of this profile can do.
  router.post('/presentations/:id/request', form(65_536), (request, response) => {
    const { wallet_nonce: nonce } = (request.body ?? {}) as Record<string, unknown>
    const own = typeof nonce === 'string' ? nonce : undefined
    sendRequest(response, presentations.requestObject(idOf(request.params), own))
  })

  // Form encoding makes base64url no longer; a little room for the other members.
  router.post('/presentations/:id/response', form(MAX_RESPONSE + 4096), async (request, response) => {
    response.json(await presentations.respond(idOf(request.params), (request.body ?? {}) as Record<string, unknown>))
  })
  return router
}

/** As bytes: a text would get a charset, which this type does not have. */
function sendRequest(response: Response, requestObject: string): void {
  response.set('Content-Type', REQUEST_OBJECT).send(Buffer.from(requestObject))
}

const idOf = (params: Readonly<Record<string, unknown>>): string => String(params.id)

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

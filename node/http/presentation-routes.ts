import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Device } from '../verifier/oid4vp/hosted-pages.ts'
import type { Presentations } from '../verifier/oid4vp/presentations.ts'
import { MAX_RESPONSE } from '../verifier/oid4vp/response/decrypt.ts'
import type { BodyBudget } from './body-budget.ts'
import { openToPages } from './methods.ts'
import { createRouter } from './router.ts'

/** `application/` followed by the `typ` of the request object (RFC 9101 §10.8). */
const REQUEST_OBJECT = 'application/oauth-authz-req+jwt'

/**
 * The routes for wallets: a wallet fetches the signed request and posts its response. There is no authentication. The
 * request is protected by the id in the URL, and the response by the state and the key in the signed request. Errors are
 * passed to the server's error handler.
 */
export function presentationRoutes(presentations: Presentations, bodies: BodyBudget): Router {
  const router = createRouter()
  // Before the body is read: a request that is unknown or was answered costs no memory.
  const open: RequestHandler = (request, _response, next) => {
    presentations.requireOpen(idOf(request.params))
    next()
  }
  const form = (limit: number): RequestHandler[] => {
    return [open, bodies.count, express.urlencoded({ extended: false, limit, parameterLimit: 16 })]
  }
  // A wallet may be a page of another origin. The id in the URL and the state in the request are the authorisation.
  router.use('/presentations/:id/request', openToPages('GET and POST'))
  router.use('/presentations/:id/response', openToPages('POST'))
  router.use('/presentations', noStore)

  router.get('/presentations/:id/request', (request, response) => {
    sendRequest(response, presentations.requestObject(request.params.id, undefined, deviceOf(request)))
  })

  router.post('/presentations/:id/request', form(65_536), async (request: Request, response: Response) => {
    const body = (request.body ?? {}) as Record<string, unknown>
    sendRequest(response, await presentations.postedRequestObject(idOf(request.params), body, deviceOf(request)))
  })

  // Form encoding does not lengthen base64url. The rest is for the other members.
  router.post(
    '/presentations/:id/response',
    form(MAX_RESPONSE + 4096),
    async (request: Request, response: Response) => {
      const body = (request.body ?? {}) as Record<string, unknown>
      response.json(await presentations.respond(idOf(request.params), body, deviceOf(request)))
    },
  )
  return router
}

/** Sends bytes, because Express adds a charset to a text, which this media type does not have. */
function sendRequest(response: Response, requestObject: string): void {
  response.set('Content-Type', REQUEST_OBJECT).send(Buffer.from(requestObject))
}

/** In the link that a page offers to the wallet on its own device. */
const deviceOf = ({ query }: Request): Device => (query.device === 'same' ? 'same' : 'other')

const idOf = (params: Readonly<Record<string, unknown>>): string => String(params.id)

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

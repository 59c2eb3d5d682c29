import type { RequestHandler } from 'express'
import { sendProblem } from './problem.ts'

/** What addresses take. Only those that are open to pages of other origins have a use for OPTIONS. */
const ALLOW = { GET: 'GET, HEAD, OPTIONS', POST: 'POST, OPTIONS', 'GET and POST': 'GET, HEAD, POST' } as const

/**
 * In front of the handlers of a path: pages of other origins may use it (CORS), as a wallet or verifier in a browser
 * does. For addresses only that look neither at cookies nor at where a request comes from: what it may do stands in the
 * request itself, so that a page can do no more than any program can.
 */
export function openToPages(method: 'GET' | 'POST'): RequestHandler {
  return (request, response, next) => {
    response.set('Access-Control-Allow-Origin', '*').set('Cross-Origin-Resource-Policy', 'cross-origin')
    // RFC 9449 §8.2, §9: a page has to see the nonce that it is to use.
    if (method === 'POST') response.set('Access-Control-Expose-Headers', 'DPoP-Nonce, WWW-Authenticate')
    if (request.method !== 'OPTIONS') return next()
    response
      .set('Allow', ALLOW[method])
      .set('Access-Control-Allow-Methods', method)
      .set('Access-Control-Allow-Headers', 'Authorization, Content-Type, DPoP')
      .set('Access-Control-Max-Age', '600')
      .status(204)
      .end()
  }
}

/** Behind the handlers of a path: 405, and what it does take (RFC 9110 §15.5.6). */
export function methodNotAllowed(methods: keyof typeof ALLOW): RequestHandler {
  return (_request, response) => {
    response.set('Allow', ALLOW[methods])
    sendProblem(response, {
      code: 'HTTP_METHOD_NOT_ALLOWED',
      title: `This address does not take that method. It takes ${ALLOW[methods]}.`,
    })
  }
}

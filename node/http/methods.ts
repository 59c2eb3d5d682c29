import type { RequestHandler } from 'express'
import { sendProblem } from './problem.ts'

/** The allowed methods of an address. OPTIONS is only for addresses that are open to pages of other origins. */
const ALLOW = { GET: 'GET, HEAD, OPTIONS', POST: 'POST, OPTIONS', 'GET and POST': 'GET, HEAD, POST' } as const

const EXPOSED = 'DPoP-Nonce, OAuth-Client-Attestation-Challenge, WWW-Authenticate'
const ALLOWED = 'Authorization, Content-Type, DPoP, OAuth-Client-Attestation, OAuth-Client-Attestation-PoP'

/**
 * Allows pages of other origins to use a path (CORS), for wallets and verifiers in a browser. Place it before the handlers.
 * Use it only for addresses that depend neither on cookies nor on the client's address. There the request itself contains
 * the authorisation, so a page can do no more than any other program.
 */
export function openToPages(method: keyof typeof ALLOW): RequestHandler {
  return (request, response, next) => {
    response.set('Access-Control-Allow-Origin', '*').set('Cross-Origin-Resource-Policy', 'cross-origin')
    // RFC 9449 §8.2, §9: the page must be able to read the nonce.
    if (method !== 'GET') response.set('Access-Control-Expose-Headers', EXPOSED)
    if (request.method !== 'OPTIONS') return next()
    response
      .set('Allow', method === 'GET and POST' ? `${ALLOW[method]}, OPTIONS` : ALLOW[method])
      .set('Access-Control-Allow-Methods', method.replace(' and', ','))
      .set('Access-Control-Allow-Headers', ALLOWED)
      .set('Access-Control-Max-Age', '600')
      .status(204)
      .end()
  }
}

/** Answers 405 with the allowed methods (RFC 9110 §15.5.6). Place it after the handlers of a path. */
export function methodNotAllowed(methods: keyof typeof ALLOW): RequestHandler {
  return (_request, response) => {
    response.set('Allow', ALLOW[methods])
    sendProblem(response, {
      code: 'HTTP_METHOD_NOT_ALLOWED',
      title: `This address does not support the method. It supports ${ALLOW[methods]}.`,
    })
  }
}

import type { RequestHandler } from 'express'
import { equalSecret } from '../keys/secret.ts'
import { sendProblem } from './problem.ts'

/**
 * Accepts only requests with the operator's token (RFC 6750). The command line on this host reads the token from a file that
 * only its owner can read. A browser does not send the token automatically, so a web page cannot act for the operator.
 * Why: docs/decisions/007.
 */
export function requireOperator(token: string): RequestHandler {
  return (request, response, next) => {
    const given = /^Bearer ([\w-]+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (given !== undefined && equalSecret(given, token)) return next()
    response.set('WWW-Authenticate', 'Bearer realm="dojang operator"')
    sendProblem(response, {
      code: 'HTTP_UNAUTHENTICATED',
      title: 'This route is for the operator and needs the token in <data>/keys/operator.token.',
    })
  }
}

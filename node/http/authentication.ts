import type { RequestHandler } from 'express'
import { equalSecret } from '../keys/secret.ts'
import { sendProblem } from './problem.ts'

/**
 * Lets through whoever holds the operator's token (RFC 6750): the command line on this host, which reads it from a file
 * that only its owner can read. A browser has no way to send it by itself, so no page can act in an operator's name.
 * Why: docs/decisions/007.
 */
export function requireOperator(token: string): RequestHandler {
  return (request, response, next) => {
    const given = /^Bearer ([\w-]+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (given !== undefined && equalSecret(given, token)) return next()
    response.set('WWW-Authenticate', 'Bearer realm="dojang operator"')
    sendProblem(response, {
      code: 'HTTP_UNAUTHENTICATED',
      title: "This route is the operator's: it needs the token in <data>/keys/operator.token.",
    })
  }
}

import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { ZodError, z } from 'zod'
import { DojangError } from '../lib/errors.ts'
import { type FailureCode, isFailureCode, statusOf } from './status.ts'

/** RFC 9457 problem details. `code` is stable; `detail` is prose. Neither holds a claim, a key or a token. */
export interface Problem {
  readonly code: FailureCode
  /** Where it is not the code's own. */
  readonly status?: number
  readonly title: string
  readonly detail?: string
  readonly [fact: string]: unknown
}

export function sendProblem(response: Response, problem: Problem): void {
  const { code, status = statusOf(code), ...rest } = problem
  response
    .status(status)
    .type('application/problem+json')
    .set('Cache-Control', 'no-store')
    .send(JSON.stringify({ type: `/docs/errors#${code.toLowerCase()}`, status, code, ...rest }))
}

/** The last handler: a coded error becomes its problem, anything else a 500 that says nothing but where to look. */
export function problems(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // Too late for an error answer: breaking off the connection tells the client that this one is not whole.
    if (response.headersSent) {
      log.warn({ err: error, route: routeOf(request) }, 'an answer was cut off')
      return void response.destroy()
    }
    if (error instanceof ZodError) {
      return sendProblem(response, {
        code: 'HTTP_REQUEST_INVALID',
        title: 'The request is not of the form this route takes.',
        detail: shapeOf(error),
      })
    }
    if (error instanceof DojangError && isFailureCode(error.code)) {
      const { code: _code, ...facts } = error.detail as { code: string } & Record<string, unknown>
      const { code } = error
      const status = statusOf(code)
      if (status >= 500) {
        log.error({ code, route: routeOf(request) }, error.message)
        // What ails the node (paths, the ledger's words) is the operator's to know.
        if (!request.originalUrl.startsWith('/operator/')) return sendProblem(response, { code, title: NODE_FAULT })
      }
      // A fact may have the name of a standard member, as a card's `status` has: the standard's meaning wins.
      return sendProblem(response, { ...facts, code, status, title: error.message, detail: error.message })
    }
    // The caller broke off in the middle of its request: nobody is there to be told, and nothing is wrong here.
    if ((error as { code?: unknown }).code === 'ECONNRESET' && request.destroyed) {
      log.info({ route: routeOf(request) }, 'a request was broken off')
      return void response.destroy()
    }
    const status = Number((error as { status?: unknown }).status)
    if (status >= 400 && status < 500) {
      return sendProblem(response, {
        status,
        code: status === 413 ? 'HTTP_BODY_TOO_LARGE' : 'HTTP_REQUEST_INVALID',
        title: status === 413 ? 'The request body is larger than this route takes.' : 'The request cannot be read.',
      })
    }
    log.error({ err: error, route: routeOf(request) }, 'a request failed inside the node')
    sendProblem(response, {
      code: 'HTTP_INTERNAL',
      title: 'Something failed inside the node. Its log says what.',
    })
  }
}

const NODE_FAULT = 'The node cannot do this at the moment; the request was not at fault. Try again later.'

/** As declared: the address asked for holds ids. */
const routeOf = (request: Request): string | undefined => request.route?.path

export const notFound: RequestHandler = (_request, response) => {
  sendProblem(response, {
    code: 'HTTP_NOT_FOUND',
    title: 'Nothing is served here. The start page lists what is.',
  })
}

/** Names the members that are wrong, never their values. */
function shapeOf(error: ZodError): string {
  return error.issues.map(issue => `${z.core.toDotPath(issue.path) || 'body'}: ${issue.code}`).join('; ')
}

import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { ZodError, z } from 'zod'
import { DojangError } from '../lib/errors.ts'
import { type FailureCode, isFailureCode, statusOf } from './status.ts'

/** RFC 9457 problem details. `code` is stable, `detail` is text. Neither contains a claim, a key or a token. */
export interface Problem {
  readonly code: FailureCode
  /** If it differs from the status of the code. */
  readonly status?: number
  readonly title: string
  readonly detail?: string
  readonly [fact: string]: unknown
}

/** What a node cannot do now, it may be able to do soon. */
const RETRY_AFTER_S = 15

export function sendProblem(response: Response, problem: Problem): void {
  const { code, status = statusOf(code), ...rest } = problem
  response.locals.code = code
  if (status === 503) response.set('Retry-After', String(RETRY_AFTER_S))
  response
    .status(status)
    .type('application/problem+json')
    .set('Cache-Control', 'no-store')
    .send(JSON.stringify({ type: `/docs/errors#${code.toLowerCase()}`, status, code, ...rest }))
}

/**
 * The last handler. It turns a coded error into its problem document, and any other error into a 500 without details.
 * @param showFacts whether the answer of a node's failure contains its facts (paths, messages of the ledger). Only the
 * operator may see them
 */
export function problems(log: Logger, { showFacts }: { readonly showFacts: boolean }): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // It is too late for an error response. Closing the connection shows the client that the response is incomplete.
    if (response.headersSent) {
      log.warn({ err: error, route: routeOf(request) }, 'a response was aborted')
      return void response.destroy()
    }
    if (error instanceof ZodError) {
      return sendProblem(response, {
        code: 'HTTP_REQUEST_INVALID',
        title: 'The request does not have the form that this route requires.',
        detail: shapeOf(error),
      })
    }
    if (error instanceof DojangError && isFailureCode(error.code)) {
      const { code: _code, ...facts } = error.detail as { code: string } & Record<string, unknown>
      const { code } = error
      const status = statusOf(code)
      if (status >= 500) {
        log.error({ code, route: routeOf(request) }, error.message)
        if (!showFacts) return sendProblem(response, { code, title: NODE_FAULT })
      }
      // A fact may have the name of a standard member, such as a card's `status`. The standard member has priority.
      return sendProblem(response, { ...facts, code, status, title: error.message, detail: error.message })
    }
    // The client closed the connection during its request. Nobody receives a response, and this is no error of the node.
    if ((error as { code?: unknown }).code === 'ECONNRESET' && request.destroyed) {
      log.info({ route: routeOf(request) }, 'the client aborted a request')
      return void response.destroy()
    }
    const status = Number((error as { status?: unknown }).status)
    if (status >= 400 && status < 500) {
      return sendProblem(response, {
        status,
        code: status === 413 ? 'HTTP_BODY_TOO_LARGE' : 'HTTP_REQUEST_INVALID',
        title: status === 413 ? 'The request body is larger than this route allows.' : 'The request cannot be read.',
      })
    }
    log.error({ err: error, route: routeOf(request) }, 'a request failed because of an unexpected error')
    sendProblem(response, {
      code: 'HTTP_INTERNAL',
      title: 'The node failed because of an unexpected error. See its log.',
    })
  }
}

const NODE_FAULT = 'The node cannot process the request at the moment. The request itself is correct. Try again later.'

/** The declared route, not the requested address, which contains ids. */
const routeOf = (request: Request): string | undefined => request.route?.path

export const notFound: RequestHandler = (_request, response) => {
  sendProblem(response, {
    code: 'HTTP_NOT_FOUND',
    title: 'Nothing is served at this address. The start page lists the addresses.',
  })
}

/** Names the invalid members, never their values. */
function shapeOf(error: ZodError): string {
  return error.issues.map(issue => `${z.core.toDotPath(issue.path) || 'body'}: ${issue.code}`).join('; ')
}

import type { RequestHandler, Response } from 'express'

/** Milliseconds for the body of a request. */
export const BODY_WITHIN_MS = 20_000

/**
 * Closes the connection of a request whose body does not arrive in time, also if nobody reads the body. The operator's
 * listener has no limit for whole requests, because the import of a register may take long: that route lifts this one.
 */
export function bodyDeadline(): RequestHandler {
  return (request, response, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
    if (encoding === undefined && (length === undefined || length === '0')) return next()
    const timer = setTimeout(() => {
      if (!request.complete) request.socket.destroy()
    }, BODY_WITHIN_MS).unref()
    const stop = () => clearTimeout(timer)
    response.locals.liftBodyDeadline = stop
    // Not at `close`: Node emits it after the response, also if the body has not arrived.
    request.once('end', stop)
    next()
  }
}

/** For a caller who may send a body for as long as it takes. */
export function liftBodyDeadline(response: Response): void {
  const { liftBodyDeadline: lift } = response.locals as { readonly liftBodyDeadline?: () => void }
  lift?.()
}

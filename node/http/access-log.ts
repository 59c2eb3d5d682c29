import type { Request, RequestHandler } from 'express'
import type { Logger } from 'pino'

/**
 * Logs method, route, status and duration: a request that was refused at level `info`, others at `debug`. The declared
 * route is logged, because the requested address contains ids.
 */
export function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now()
    response.once('finish', () => {
      const { statusCode: status } = response
      const { code } = response.locals as { code?: string }
      // Each wallet gets this answer once, and then continues with the nonce (RFC 9449 §8).
      const refused = status >= 400 && code !== 'use_dpop_nonce'
      if (!log.isLevelEnabled(refused ? 'info' : 'debug')) return
      const ms = Math.round(performance.now() - started)
      const facts = { method: request.method, route: fullRouteOf(request), status, ...(code && { code }), ms }
      if (refused) log.info(facts, 'request')
      else log.debug(facts, 'request')
    })
    next()
  }
}

const fullRouteOf = (request: Request): string => `${request.baseUrl}${request.route?.path ?? ''}` || 'none'

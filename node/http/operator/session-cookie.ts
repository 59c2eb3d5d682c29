/** The session of a signed-in operator, in a cookie. */
import type { Request, Response } from 'express'
import { actorOf } from '../../issuer/operators/operator.ts'
import { ABSOLUTE_LIMIT, type Sessions } from '../../issuer/operators/sessions.ts'
import type { Authenticator } from './mount.ts'
import type { OwnPage } from './own-page.ts'

/** The prefix makes the browser refuse it from other hosts, without Secure, and for other paths (RFC 6265bis §4.1.3.2). */
export const SESSION_COOKIE = '__Host-dojang-operator'

const ATTRIBUTES = { secure: true, httpOnly: true, sameSite: 'strict', path: '/' } as const

/** The session's secret. Undefined unless the request has exactly one such cookie, with a value of the right form. */
export function sessionSecretIn(request: Request): string | undefined {
  const header = request.get('cookie') ?? ''
  const values = header.split(';').flatMap(pair => {
    const [name, value] = pair.trim().split('=', 2)
    return name === SESSION_COOKIE && /^[\w-]{43}$/.test(value ?? '') ? [value as string] : []
  })
  return values.length === 1 ? values[0] : undefined
}

export function setSessionCookie(response: Response, secret: string): void {
  response.cookie(SESSION_COOKIE, secret, { ...ATTRIBUTES, maxAge: ABSOLUTE_LIMIT * 1000 })
}

export function clearSessionCookie(response: Response): void {
  response.clearCookie(SESSION_COOKIE, ATTRIBUTES)
}

export function bySession(sessions: Sessions, ownPage: OwnPage): Authenticator {
  return async request => {
    const secret = sessionSecretIn(request)
    if (secret === undefined) return undefined
    ownPage.require(request)
    const session = await sessions.find(secret)
    return session && { actor: actorOf(session.operator), touched: session.isTouched }
  }
}

import type { z } from 'zod'
import { ParseError } from '../../lib/parse-error.ts'
import { OAuthError } from './errors.ts'
import { type Exchange, readForm } from './exchange.ts'

export type Form = Readonly<Record<string, string>>

/** @throws {OAuthError} invalid_request */
export function parseForm(exchange: Exchange): Form {
  try {
    return readForm(exchange)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw new OAuthError('invalid_request', 'the body must be a form without repeated parameters', { cause: error })
  }
}

/** @throws {OAuthError} invalid_request with the names of the parameters, never their values */
export function checkForm<T>(schema: z.ZodType<T>, form: Form): T {
  const parsed = schema.safeParse(form)
  if (parsed.success) return parsed.data
  const names = new Set(parsed.error.issues.map(issue => issue.path.join('.')))
  throw new OAuthError('invalid_request', `missing or malformed: ${[...names].join(', ')}`)
}

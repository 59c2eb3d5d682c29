import { ParseError } from '../lib/parse-error.ts'
import { ServerError } from './errors.ts'

/**
 * Runs the parser of a request.
 * @throws {ServerError} HTTP_REQUEST_INVALID if it cannot read the request; {ZodError} as the parser does
 */
export function readable<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause
    throw new ServerError({ code: 'HTTP_REQUEST_INVALID' }, 'The body is not what this route requires.', { cause })
  }
}

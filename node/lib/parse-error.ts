import { DojangError } from './errors.ts'

/**
 * Why bytes or a text from outside cannot be read. `what` names the format or the member, never its value. A parser
 * throws no other error for bad input, and only this error may become a verdict on that input. A wrong argument from
 * our own code is a TypeError, so that it is never reported as somebody else's mistake.
 */
export type ParseFailure =
  /** The length is wrong. */
  | { readonly code: 'PARSE_LENGTH'; readonly what: string; readonly expected: string; readonly actual: number }
  /** Not in the expected encoding, or not in its canonical form. */
  | { readonly code: 'PARSE_ENCODING'; readonly encoding: Encoding; readonly reason: string }
  /** Not JSON as this project accepts it (lib/json.ts). */
  | { readonly code: 'PARSE_JSON'; readonly reason: string; readonly position: number }
  /** Readable, but a part is missing, repeated, of another type or out of range. */
  | { readonly code: 'PARSE_VALUE'; readonly what: string; readonly reason: string }
  /** Well-formed, but the algorithm, type or critical header is not accepted here. */
  | { readonly code: 'PARSE_UNSUPPORTED'; readonly what: string; readonly reason: string }

export type Encoding = 'hex' | 'base64' | 'base64url' | 'UTF-8' | 'DER'

export class ParseError extends DojangError<ParseFailure> {
  override name = 'ParseError'
}

/** @param expected a number with its unit, such as `32 bytes` or `at most 4096 characters` */
export const wrongLength = (what: string, expected: string, actual: number, cause?: unknown): ParseError =>
  new ParseError(
    { code: 'PARSE_LENGTH', what, expected, actual },
    `${what} has a wrong length: ${expected} expected, ${actual} found`,
    { cause },
  )

export const wrongEncoding = (encoding: Encoding, reason: string, cause?: unknown): ParseError =>
  new ParseError({ code: 'PARSE_ENCODING', encoding, reason }, `not ${encoding}: ${reason}`, { cause })

export const wrongJson = (reason: string, position: number): ParseError =>
  new ParseError({ code: 'PARSE_JSON', reason, position }, `not acceptable JSON: ${reason} at position ${position}`)

export const wrongValue = (what: string, reason: string, cause?: unknown): ParseError =>
  new ParseError({ code: 'PARSE_VALUE', what, reason }, `${what}: ${reason}`, { cause })

export const unsupported = (what: string, reason: string): ParseError =>
  new ParseError({ code: 'PARSE_UNSUPPORTED', what, reason }, `${what} is not supported: ${reason}`)

/** An HTTP message as the protocol needs it, free of any framework. */
import { fromUtf8 } from '../../lib/bytes.ts'
import { type JsonObject, parseJsonObject } from '../../lib/json.ts'

/** No wallet needs more for its request; several key proofs with attestations fit. */
export const MAX_BODY = 65_536

export interface Exchange {
  /** Media type without parameters, lower case; '' if none was sent. */
  readonly contentType: string
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly body: Uint8Array
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function reply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}

/** @throws {RangeError} unless the body is a strict JSON object of media type application/json */
export function readJson({ contentType, body }: Exchange): JsonObject {
  if (contentType !== 'application/json') throw new RangeError('the media type must be application/json')
  return parseJsonObject(text(body), { maxLength: MAX_BODY, numbers: 'any' })
}

/** @throws {RangeError} unless the body is a form in which no parameter stands twice (RFC 6749 §3.2) */
export function readForm({ contentType, body }: Exchange): Readonly<Record<string, string>> {
  if (contentType !== 'application/x-www-form-urlencoded') {
    throw new RangeError('the media type must be application/x-www-form-urlencoded')
  }
  return singleValues(new URLSearchParams(text(body)))
}

/** @throws {RangeError} if a parameter stands twice */
export function singleValues(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null)
  const seen = new Set<string>()
  for (const [name, value] of parameters) {
    if (seen.has(name)) throw new RangeError('a parameter stands twice')
    seen.add(name)
    // RFC 6749 §3.2: a parameter without a value counts as left out.
    if (value !== '') values[name] = value
  }
  return values
}

export function text(body: Uint8Array): string {
  try {
    return fromUtf8(body)
  } catch (cause) {
    throw new RangeError('the body is not UTF-8', { cause })
  }
}

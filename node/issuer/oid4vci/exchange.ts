/** HTTP requests and responses of the protocol, independent of a framework. */
import { fromUtf8 } from '../../lib/bytes.ts'
import { type JsonObject, parseJsonObject } from '../../lib/json.ts'
import { wrongValue } from '../../lib/parse-error.ts'

/** Enough for several key proofs with attestations. */
export const MAX_BODY = 65_536

export interface Exchange {
  /** Media type without parameters, lower case; '' if none was sent. */
  readonly contentType: string
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  /** The headers `OAuth-Client-Attestation` and `OAuth-Client-Attestation-PoP`. */
  readonly clientAttestation: string | undefined
  readonly clientAttestationPop: string | undefined
  readonly body: Uint8Array
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The error's code, for the log, if the body is a page. */
  readonly code?: string
}

export function reply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}

/** @throws {ParseError} unless the body is a strict JSON object of media type application/json */
export function readJson({ contentType, body }: Pick<Exchange, 'contentType' | 'body'>): JsonObject {
  if (contentType !== 'application/json') throw wrongValue('media type', 'application/json expected')
  return parseJsonObject(fromUtf8(body), { maxLength: MAX_BODY, numbers: 'any' })
}

/** @throws {ParseError} unless the body is a form without repeated parameters (RFC 6749 §3.2) */
export function readForm({ contentType, body }: Exchange): Readonly<Record<string, string>> {
  if (contentType !== 'application/x-www-form-urlencoded') {
    throw wrongValue('media type', 'application/x-www-form-urlencoded expected')
  }
  return singleValues(new URLSearchParams(fromUtf8(body)))
}

/** @throws {ParseError} PARSE_VALUE if a parameter is repeated */
export function singleValues(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null)
  const seen = new Set<string>()
  for (const [name, value] of parameters) {
    if (seen.has(name)) throw wrongValue('form', 'a parameter is repeated')
    seen.add(name)
    // RFC 6749 §3.2: a parameter without a value counts as omitted.
    if (value !== '') values[name] = value
  }
  return values
}

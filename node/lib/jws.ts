/** JWS compact serialisation (RFC 7515 §7.1) with JSON payloads, ES256 only. */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from './bytes.ts'
import { type JsonLimits, type JsonObject, parseJsonObject } from './json.ts'

/** Taken apart, and nothing more: the signature is not checked here. */
export interface Jws {
  readonly header: JsonObject
  readonly payload: JsonObject
  /** What the signature is over. */
  readonly signingInput: Uint8Array
  readonly signature: Uint8Array
}

const MAX_JWS_LENGTH = 65_536
const LIMITS: JsonLimits = { numbers: 'any' }

/** @throws {RangeError} unless the text is three canonical base64url parts, the first two JSON objects */
export function parseJws(text: string, maxLength = MAX_JWS_LENGTH): Jws {
  if (text.length > maxLength) throw new RangeError(`a JWS of more than ${maxLength} characters`)
  const parts = text.split('.')
  const [header, payload, signature] = parts
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    throw new RangeError('not a compact JWS: three parts are needed')
  }
  return {
    header: parseJsonObject(decodeText(header), LIMITS),
    payload: parseJsonObject(decodeText(payload), LIMITS),
    signingInput: utf8(`${header}.${payload}`),
    signature: fromBase64url(signature),
  }
}

/** `sign` makes 64 bytes, r ‖ s, over SHA-256 of its argument (ES256, RFC 7518 §3.4). */
export function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  sign: (signingInput: Uint8Array) => Uint8Array,
): string {
  const input = `${encode({ alg: 'ES256', ...header })}.${encode(payload)}`
  return `${input}.${toBase64url(sign(utf8(input)))}`
}

const encode = (value: unknown) => toBase64url(utf8(JSON.stringify(value)))

function decodeText(part: string): string {
  try {
    return fromUtf8(fromBase64url(part))
  } catch (cause) {
    throw new RangeError('a part of the JWS is not base64url of UTF-8', { cause })
  }
}

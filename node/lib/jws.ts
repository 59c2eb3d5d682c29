/** JWS compact serialisation (RFC 7515 §7.1) with JSON payloads, ES256 only. */
import { fromBase64url, textFromBase64url, toBase64url, utf8 } from './bytes.ts'
import { type JsonLimits, type JsonObject, parseJsonObject } from './json.ts'
import { wrongLength, wrongValue } from './parse-error.ts'

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

/** @throws {ParseError} unless the text is three canonical base64url parts, the first two JSON objects */
export function parseJws(text: string, maxLength = MAX_JWS_LENGTH): Jws {
  if (text.length > maxLength) throw wrongLength('JWS', `at most ${maxLength} characters`, text.length)
  const parts = text.split('.')
  const [header, payload, signature] = parts
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    throw wrongValue('JWS', 'three parts are needed')
  }
  return {
    header: parseJsonObject(textFromBase64url(header), LIMITS),
    payload: parseJsonObject(textFromBase64url(payload), LIMITS),
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

/** JWS compact serialisation (RFC 7515 §7.1) with a JSON payload and ES256 (RFC 7518 §3.4), and nothing else. */
import { ascii, fromBase64url, fromUtf8, textFromBase64url, textToBase64url, toBase64url } from '../bytes.ts'
import type { P256PublicKey } from '../crypto.ts'
import { type JsonLimits, type JsonObject, parseJsonObject } from '../json.ts'
import { unsupported, wrongLength, wrongValue } from '../parse-error.ts'

/** Taken apart. The signature is not checked. */
export interface Jws {
  readonly header: JsonObject
  readonly headerBytes: Uint8Array
  readonly payload: JsonObject
  /** The payload as it was written. */
  readonly payloadText: string
  /** What the signature is over: ASCII. */
  readonly signingInput: string
  readonly signature: Uint8Array
}

/**
 * What is accepted. `maxLength` (default 65,536) is of the whole text; the JSON limits hold for header and payload. Make
 * one constant of each kind: headers are remembered by it.
 */
export interface JwsKind extends JsonLimits {
  readonly typ: string
}

/** Makes an ES256 signature over SHA-256 of its argument: r ‖ s, 64 bytes. */
export type Sign = (signingInput: Uint8Array) => Uint8Array

const MAX_LENGTH = 65_536

/**
 * Three canonical base64url parts, the first two JSON objects; the header names ES256, this type, and no `crit`.
 * @throws {ParseError} PARSE_UNSUPPORTED for another algorithm or type and for a critical header
 */
export function parseJws(text: string, kind: JwsKind): Jws {
  const { maxLength = MAX_LENGTH } = kind
  if (text.length > maxLength) throw wrongLength('JWS', `at most ${maxLength} characters`, text.length)
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) throw wrongValue('JWS', 'three parts are needed')
  const { header, headerBytes } = parseHeader(text.slice(0, first), kind)
  const payloadText = textFromBase64url(text.slice(first + 1, second))
  return {
    header,
    headerBytes,
    payload: parseJsonObject(payloadText, kind),
    payloadText,
    signingInput: text.slice(0, second),
    signature: fromBase64url(text.slice(second + 1)),
  }
}

interface Header {
  readonly header: JsonObject
  readonly headerBytes: Uint8Array
}

/** The last header of each kind: a verifier meets few, each again and again. It depends on its text alone. */
const latest = new WeakMap<JwsKind, Header & { readonly text: string }>()

function parseHeader(text: string, kind: JwsKind): Header {
  const known = latest.get(kind)
  if (known?.text === text) return known
  const headerBytes = fromBase64url(text)
  const header = parseJsonObject(fromUtf8(headerBytes), kind)
  if (header.typ !== kind.typ) throw unsupported('typ', `typ must be ${kind.typ}`)
  if (header.alg !== 'ES256') throw unsupported('alg', 'alg must be ES256')
  // RFC 7515 §4.1.11: a critical header that is not understood must be refused, and none is understood here.
  if ('crit' in header) throw unsupported('crit', 'crit is not supported')
  latest.set(kind, { text, header: Object.freeze(header), headerBytes })
  return { header, headerBytes }
}

export function isSignedBy(jws: Jws, key: P256PublicKey): boolean {
  return key.verify(ascii(jws.signingInput), jws.signature)
}

/** `alg` comes first and need not be given. */
export function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  sign: Sign,
): string {
  const signingInput = `${encode({ alg: 'ES256', ...header })}.${encode(payload)}`
  return `${signingInput}.${signatureOf(signingInput, sign)}`
}

/**
 * The third part of a JWS, in base64url.
 * @throws {TypeError} when `sign` does not make 64 bytes
 */
export function signatureOf(signingInput: string, sign: Sign): string {
  const signature = sign(ascii(signingInput))
  if (signature.length !== 64) throw new TypeError('an ES256 signature has 64 bytes')
  return toBase64url(signature)
}

const encode = (value: unknown): string => textToBase64url(JSON.stringify(value))

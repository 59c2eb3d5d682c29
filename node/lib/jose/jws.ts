/**
 * JWS in compact serialisation (RFC 7515 §7.1) with a JSON payload and ES256 (RFC 7518 §3.4). Nothing else is
 * supported.
 */
import { ascii, fromBase64url, fromUtf8, textFromBase64url, textToBase64url, toBase64url } from '../bytes.ts'
import type { P256PublicKey } from '../crypto.ts'
import { type JsonLimits, type JsonObject, parseJsonObject } from '../json.ts'
import { unsupported, wrongLength, wrongValue } from '../parse-error.ts'

/** A parsed JWS. Its signature is not checked. */
export interface Jws {
  readonly header: JsonObject
  readonly headerBytes: Uint8Array
  readonly payload: JsonObject
  /** The payload as it was written. */
  readonly payloadText: string
  /** The input of the signature: ASCII. */
  readonly signingInput: string
  readonly signature: Uint8Array
}

/**
 * The kind of JWS that a parser accepts. `maxLength` (default 65,536) limits the whole text; the JSON limits apply to
 * header and payload. Use one constant for each kind: the parsed header is cached by it.
 */
export interface JwsKind extends JsonLimits {
  readonly typ: string
}

/** Makes an ES256 signature over SHA-256 of its argument: r ‖ s, 64 bytes. */
export type Sign = (signingInput: Uint8Array) => Uint8Array

const MAX_LENGTH = 65_536

/**
 * Parses three canonical base64url parts, of which the first two are JSON objects. The header must name ES256 and the
 * given type, and must not contain `crit`.
 * @throws {ParseError} PARSE_UNSUPPORTED for another algorithm or type and for a critical header
 */
export function parseJws(text: string, kind: JwsKind): Jws {
  const { maxLength = MAX_LENGTH } = kind
  if (text.length > maxLength) throw wrongLength('JWS', `at most ${maxLength} characters`, text.length)
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) throw wrongValue('JWS', 'three parts are expected')
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

/** The last header of each kind, as a cache: a verifier reads the same few headers repeatedly. */
const latest = new WeakMap<JwsKind, Header & { readonly text: string }>()

function parseHeader(text: string, kind: JwsKind): Header {
  const cached = latest.get(kind)
  if (cached?.text === text) return cached
  const headerBytes = fromBase64url(text)
  const header = parseJsonObject(fromUtf8(headerBytes), kind)
  if (header.typ !== kind.typ) throw unsupported('typ', `typ must be ${kind.typ}`)
  if (header.alg !== 'ES256') throw unsupported('alg', 'alg must be ES256')
  // RFC 7515 §4.1.11: a critical header that is not understood must be refused. None is understood here.
  if ('crit' in header) throw unsupported('crit', 'crit is not supported')
  latest.set(kind, { text, header: Object.freeze(header), headerBytes })
  return { header, headerBytes }
}

export function isSignedBy(jws: Jws, key: P256PublicKey): boolean {
  return key.verify(ascii(jws.signingInput), jws.signature)
}

/** Adds `alg` in front of the given header. */
export function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  sign: Sign,
): string {
  const signingInput = `${encode({ alg: 'ES256', ...header })}.${encode(payload)}`
  return `${signingInput}.${signatureOf(signingInput, sign)}`
}

/** `signJws` with a key that signs asynchronously, such as one of WebCrypto. */
export async function signJwsAsync(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  sign: (signingInput: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const signingInput = `${encode({ alg: 'ES256', ...header })}.${encode(payload)}`
  const signature = await sign(ascii(signingInput))
  return `${signingInput}.${signatureOf(signingInput, () => signature)}`
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

/**
 * JWS compact serialisation of credentials, with ES256 (RFC 7515 §7.1, RFC 7518 §3.4). Stricter than lib/jws.ts, which
 * the protocols use: it demands a type, refuses `crit`, limits depth and keeps the payload's text.
 */
import { ascii, fromBase64url, fromUtf8, textFromBase64url, textToBase64url, toBase64url } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { type JsonLimits, type JsonObject, parseJsonObject } from '../lib/json.ts'
import { CredentialError, malformed, unsupported } from './errors.ts'

/** Makes an ES256 signature, r ‖ s, 64 bytes. */
export type Sign = (signingInput: Uint8Array) => Uint8Array

export interface Jws {
  readonly header: JsonObject
  readonly headerBytes: Uint8Array
  readonly payload: JsonObject
  /** The payload as it was written. */
  readonly payloadText: string
  readonly signingInput: string
  readonly signature: Uint8Array
}

export const JSON_LIMITS = { maxLength: 65_536, maxDepth: 16 } as const

/**
 * Splits and decodes; nothing here is verified yet.
 * @throws {CredentialError} CREDENTIAL_MALFORMED, CREDENTIAL_UNSUPPORTED (alg, typ, crit)
 */
export function parseJws(text: string, typ: string, limits: JsonLimits = JSON_LIMITS): Jws {
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) throw malformed('a JWT has three parts')
  try {
    const payloadText = textFromBase64url(text.slice(first + 1, second))
    return {
      ...parseHeader(text.slice(0, first), typ),
      payload: parseJsonObject(payloadText, limits),
      payloadText,
      signingInput: text.slice(0, second),
      signature: fromBase64url(text.slice(second + 1)),
    }
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause
    throw malformed('a part of the JWT cannot be decoded', cause)
  }
}

interface Header {
  readonly header: JsonObject
  readonly headerBytes: Uint8Array
}

/** The last header of each type: a verifier meets few, each again and again. They depend on their text alone. */
const latest = new Map<string, Header & { readonly text: string }>()

function parseHeader(text: string, typ: string): Header {
  const known = latest.get(typ)
  if (known?.text === text) return { header: known.header, headerBytes: known.headerBytes }
  const headerBytes = fromBase64url(text)
  const header = parseJsonObject(fromUtf8(headerBytes), JSON_LIMITS)
  if (header.alg !== 'ES256') throw unsupported('an algorithm other than ES256')
  if (header.typ !== typ) throw unsupported(`a type other than ${typ}`)
  // RFC 7515 §4.1.11: what is marked critical and not understood must be refused; we understand none.
  if ('crit' in header) throw unsupported('a critical header')
  latest.set(typ, { text, header: Object.freeze(header), headerBytes })
  return { header, headerBytes }
}

export function isSignedBy(jws: Jws, key: P256PublicKey): boolean {
  return key.verify(ascii(jws.signingInput), jws.signature)
}

/** The compact serialisation of a JSON header and payload, given as texts. */
export function signJws(headerText: string, payloadText: string, sign: Sign): string {
  const signingInput = `${textToBase64url(headerText)}.${textToBase64url(payloadText)}`
  return `${signingInput}.${toBase64url(signatureOf(ascii(signingInput), sign))}`
}

export function signatureOf(signingInput: Uint8Array, sign: Sign): Uint8Array {
  const signature = sign(signingInput)
  if (signature.length !== 64) throw new TypeError('an ES256 signature has 64 bytes')
  return signature
}

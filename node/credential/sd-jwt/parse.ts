import { type Jws, parseJws } from '../../lib/jose/jws.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { asCredentialError, malformed, unsupported } from '../errors.ts'
import { CREDENTIAL_JWS } from '../header.ts'
import { type Disclosure, parseDisclosure } from './disclosure.ts'

/** A parsed SD-JWT or SD-JWT+KB. **Nothing in it is verified.** Why: docs/decisions/030. */
export interface SdJwt {
  /** The issuer-signed JWT. */
  readonly jws: Jws
  readonly x5c: readonly string[]
  /** The payload before verification, with its digests. It may be used to choose a key, and for nothing else. */
  readonly unverifiedPayload: JsonObject
  readonly disclosures: readonly Disclosure[]
  /** The key binding JWT; null if there is none. */
  readonly keyBinding: string | null
  /** `<jwt>~<disclosure>~…~`: the input of `sd_hash`. */
  readonly presented: string
}

/** UTF-16 units. A card with a portrait has about 14,000. */
export const MAX_LENGTH = 65_536
export const MAX_DISCLOSURES = 128

/**
 * RFC 9901 §4, compact serialisation. A text that is not canonical or too long, or that has another algorithm, type or
 * hash, is refused.
 * @throws {CredentialError} CREDENTIAL_MALFORMED, CREDENTIAL_UNSUPPORTED, CREDENTIAL_BAD_DISCLOSURE
 */
export function parseSdJwt(text: string): SdJwt {
  if (text.length > MAX_LENGTH) throw malformed('longer than 65,536 characters')
  const parts = text.split('~')
  const keyBinding = parts.pop() ?? ''
  const [jwt, ...encoded] = parts
  if (jwt === undefined) throw malformed('it has no tilde, so it is not an SD-JWT')
  if (encoded.length > MAX_DISCLOSURES) throw malformed('more than 128 disclosures')
  const jws = parseIssuerJwt(jwt)
  const algorithm = jws.payload._sd_alg
  if (algorithm !== undefined && algorithm !== 'sha-256') throw unsupported('a digest other than SHA-256')
  return {
    jws,
    x5c: parseX5c(jws.header.x5c),
    unverifiedPayload: jws.payload,
    disclosures: encoded.map(parseDisclosure),
    keyBinding: keyBinding === '' ? null : keyBinding,
    presented: text.slice(0, text.length - keyBinding.length),
  }
}

function parseIssuerJwt(jwt: string): Jws {
  try {
    return parseJws(jwt, CREDENTIAL_JWS)
  } catch (error) {
    throw asCredentialError(error, 'a part of the JWT cannot be decoded')
  }
}

function parseX5c(x5c: JsonValue | undefined): readonly string[] {
  if (x5c === undefined) return []
  const ok = Array.isArray(x5c) && x5c.length > 0 && x5c.length <= 8 && x5c.every(item => typeof item === 'string')
  if (!ok) throw malformed('x5c is a list of certificates')
  return x5c as readonly string[]
}

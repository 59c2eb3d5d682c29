import { importP256 } from '#crypto'
import type { P256Jwk } from '../../lib/crypto.ts'
import { parseEncryptionJwk } from '../../lib/jose/jwk.ts'
import { isJsonObject, type JsonValue } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'

/** The supported content encryptions: both of HAIP 1.0 §5. The first one that the other side supports is used. */
export const CONTENT_ENCRYPTIONS = ['A256GCM', 'A128GCM'] as const
export type ContentEncryption = (typeof CONTENT_ENCRYPTIONS)[number]

const MAX_KEYS = 16

/** The `keys` of a JWK Set; undefined unless it has 1 to 16. */
export function keysOf(jwks: JsonValue | undefined): readonly JsonValue[] | undefined {
  const keys = isJsonObject(jwks) ? jwks.keys : undefined
  return Array.isArray(keys) && keys.length > 0 && keys.length <= MAX_KEYS ? keys : undefined
}

/**
 * The first key for ECDH-ES over P-256. Keys of another kind or for another use are passed over, since a set may have
 * several.
 */
export function encryptionKeyOf(keys: readonly JsonValue[]): { jwk: P256Jwk; kid: string | undefined } | undefined {
  for (const key of keys) {
    const jwk = usableKey(key)
    if (jwk) return { jwk, kid: isJsonObject(key) && typeof key.kid === 'string' ? key.kid : undefined }
  }
  return undefined
}

/** @param supported a list of values of `enc`; absent: A128GCM (OpenID4VP 1.0 §5.1, §8.3) */
export function contentEncryptionOf(supported: JsonValue | undefined): ContentEncryption | undefined {
  if (supported === undefined) return 'A128GCM'
  return Array.isArray(supported) ? CONTENT_ENCRYPTIONS.find(method => supported.includes(method)) : undefined
}

function usableKey(value: JsonValue): P256Jwk | undefined {
  if (isJsonObject(value) && value.alg !== undefined && value.alg !== 'ECDH-ES') return undefined
  try {
    return importP256(parseEncryptionJwk(value)).jwk
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}

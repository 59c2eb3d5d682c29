import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../bytes.ts'
import { isP256Coordinate, type P256Jwk } from '../crypto.ts'
import { wrongValue } from '../parse-error.ts'

/**
 * The public P-256 key of a JWK, without its other members (`kid`, `use`, `alg`).
 * @throws {ParseError} PARSE_VALUE for another kind of key, and for one that contains its private half, which a proof
 * must not (RFC 9449 §4.3, OpenID4VCI Appendix F.1)
 */
export function parseP256Jwk(value: unknown): P256Jwk {
  if (typeof value !== 'object' || value === null) throw wrongValue('JWK', 'not an object')
  const { kty, crv, x, y, d } = value as Record<string, unknown>
  if (d !== undefined) throw wrongValue('JWK', 'a private key where a public one belongs')
  if (kty !== 'EC' || crv !== 'P-256') throw wrongValue('JWK', 'not a P-256 key')
  if (!isP256Coordinate(x) || !isP256Coordinate(y))
    throw wrongValue('JWK', 'P-256 coordinates are 32 bytes in base64url')
  return { kty, crv, x, y }
}

/** What a public key for key agreement may be used for (RFC 7517 §4.3). WebCrypto exports an empty list. */
const AGREEMENT = new Set(['deriveKey', 'deriveBits'])

/**
 * The public P-256 key of a JWK to which something is to be encrypted.
 * @throws {ParseError} PARSE_VALUE as `parseP256Jwk` does, and for a key that is meant for another use (RFC 7517 §4.2, §4.3)
 */
export function parseEncryptionJwk(value: unknown): P256Jwk {
  const jwk = parseP256Jwk(value)
  const { use, key_ops } = value as Record<string, unknown>
  if (use !== undefined && use !== 'enc') throw wrongValue('JWK', 'its use is not enc')
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.every(operation => AGREEMENT.has(operation)))) {
    throw wrongValue('JWK', 'its key_ops are not those of key agreement')
  }
  return jwk
}

/** JWK SHA-256 thumbprint (RFC 7638), base64url. */
export function thumbprint(jwk: P256Jwk): string {
  return toBase64url(sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`)))
}

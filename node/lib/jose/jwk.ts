import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../bytes.ts'
import { isP256Coordinate, type P256Jwk } from '../crypto.ts'
import { wrongValue } from '../parse-error.ts'

/**
 * The public P-256 key of a JWK and nothing else of it: other members (`kid`, `use`, `alg`) are dropped.
 * @throws {ParseError} PARSE_VALUE for another kind of key, and for one that shows its private half (RFC 9449 §4.3, OpenID4VCI
 * Appendix F.1: a proof must not)
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

/** JWK SHA-256 thumbprint (RFC 7638), base64url. */
export function thumbprint(jwk: P256Jwk): string {
  return toBase64url(sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`)))
}

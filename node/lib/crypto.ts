import type { Hex } from './bytes.ts'

/** A P-256 public key as a JWK (RFC 7518 §6.2.1): coordinates are 32 bytes, base64url. */
export interface P256Jwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

/** 32 bytes in canonical base64url: the two low bits of the last character belong to no byte and are zero. */
const COORDINATE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** Whether the value can be `x` or `y` of a JWK. The import checks that both together are a point on the curve. */
export const isP256Coordinate = (value: unknown): value is string => typeof value === 'string' && COORDINATE.test(value)

/** The fixed part of every P-256 SubjectPublicKeyInfo. The uncompressed point follows it (RFC 5480 §2). */
export const P256_SPKI_PREFIX = new Uint8Array([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
])

/** An imported P-256 public key. Store and reuse it, since an import costs about as much as a verification. */
export interface P256PublicKey {
  readonly jwk: P256Jwk
  /** DER SubjectPublicKeyInfo, 91 bytes. Its SHA-256 is the `keyId` in TrustRegistry. */
  readonly spki: Uint8Array
  /**
   * ES256 (RFC 7518 §3.4): SHA-256, then ECDSA. A signature is r ‖ s, 64 bytes; the result is false for any other
   * length.
   */
  verify(data: Uint8Array, signature: Uint8Array): boolean
}

/**
 * The cryptographic functions, implemented once for Node and once for browsers with the fastest sound library of each.
 * `#crypto` resolves to `crypto.node.ts` or `crypto.browser.ts` (package.json `imports`).
 */
export interface Crypto {
  sha256(...parts: readonly Uint8Array[]): Uint8Array
  /** The digest in base64url. A text is hashed as UTF-8. */
  sha256Base64url(data: string | Uint8Array): string
  keccak256(data: Uint8Array): Uint8Array
  /** @throws {ParseError} PARSE_VALUE, PARSE_ENCODING if the JWK is not a point on P-256 */
  importP256(jwk: P256Jwk): P256PublicKey
  /** @throws {ParseError} PARSE_VALUE if the bytes are not a DER SubjectPublicKeyInfo of a point on P-256 */
  importP256Spki(spki: Uint8Array): P256PublicKey
  /**
   * The lower-case address of the key that made this secp256k1 signature (r ‖ s ‖ v, v = 0 or 1) over a 32-byte hash.
   * @throws {ParseError} PARSE_VALUE if no key could have made it
   */
  recoverAddress(hash: Uint8Array, signature: Uint8Array): Hex
  /** Ed25519 (RFC 8032 §5.1.7). False also for a key that is not 32 bytes of a point. */
  verifyEd25519(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean
}

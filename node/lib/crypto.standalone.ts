/**
 * The primitives of `crypto.ts` for the packages without dependencies: one file that runs everywhere. Where the platform
 * is Node, OpenSSL does SHA-256 and P-256, which takes a tenth of the time. It is asked for at run time and not imported,
 * so that a browser can load the same file. Why: docs/decisions/160.
 */
import * as portable from './crypto.browser.ts'
import { type Crypto, isP256Coordinate, type P256PublicKey } from './crypto.ts'
import { wrongValue } from './parse-error.ts'

export { keccak256, recoverAddress, verifyEd25519 } from './crypto.browser.ts'

/** Undefined in browsers, and in Node older than 20.16 and 22.3. */
const openssl = globalThis.process?.getBuiltinModule?.('node:crypto')

export const sha256: Crypto['sha256'] = (...parts) => {
  if (!openssl) return portable.sha256(...parts)
  const digest = openssl.createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

export const sha256Base64url: Crypto['sha256Base64url'] = data =>
  openssl ? openssl.createHash('sha256').update(data).digest('base64url') : portable.sha256Base64url(data)

export const importP256: Crypto['importP256'] = jwk => {
  const { kty, crv, x, y } = jwk
  if (kty !== 'EC' || crv !== 'P-256' || !isP256Coordinate(x) || !isP256Coordinate(y)) {
    throw wrongValue('P-256 public key', 'not a JWK with coordinates of 32 bytes')
  }
  return withOpenssl(portable.importP256(jwk))
}

export const importP256Spki: Crypto['importP256Spki'] = spki => withOpenssl(portable.importP256Spki(spki))

/** The key was checked to be a point on the curve. */
function withOpenssl(key: P256PublicKey): P256PublicKey {
  if (!openssl) return key
  const imported = openssl.createPublicKey({ key: { ...key.jwk }, format: 'jwk' })
  return {
    ...key,
    verify: (data, signature) =>
      signature.length === 64 &&
      openssl.verify('sha256', data, { key: imported, dsaEncoding: 'ieee-p1363' }, signature),
  }
}

/** The primitives of `crypto.ts` in JavaScript, for browsers: the functions of WebCrypto are all asynchronous. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concat, concatAll, fromBase64url, toBase64url, toHex, utf8 } from './bytes.ts'
import { type Crypto, P256_SPKI_PREFIX as SPKI_PREFIX } from './crypto.ts'
import { wrongValue } from './parse-error.ts'

export const sha256: Crypto['sha256'] = (...parts) => nobleSha256(concatAll(parts))

export const sha256Base64url: Crypto['sha256Base64url'] = data =>
  toBase64url(nobleSha256(typeof data === 'string' ? utf8(data) : data))

export const keccak256: Crypto['keccak256'] = data => keccak_256(data)

export const importP256: Crypto['importP256'] = jwk => {
  const x = fromBase64url(jwk.x)
  const y = fromBase64url(jwk.y)
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || x.length !== 32 || y.length !== 32) {
    throw wrongValue('P-256 public key', 'not a JWK with coordinates of 32 bytes')
  }
  return importP256Spki(concat(SPKI_PREFIX, x, y))
}

export const importP256Spki: Crypto['importP256Spki'] = spki => {
  if (spki.length !== SPKI_PREFIX.length + 64 || !SPKI_PREFIX.every((byte, i) => byte === spki[i])) {
    throw wrongValue('P-256 public key', 'not the SubjectPublicKeyInfo of an uncompressed point')
  }
  const point = spki.slice(SPKI_PREFIX.length - 1)
  try {
    p256.Point.fromBytes(point).assertValidity()
  } catch (cause) {
    throw wrongValue('P-256 public key', 'not a point on the curve', cause)
  }
  return {
    spki,
    jwk: { kty: 'EC', crv: 'P-256', x: toBase64url(point.subarray(1, 33)), y: toBase64url(point.subarray(33)) },
    // ES256 allows a high s (RFC 7518 §3.4), and OpenSSL creates such signatures.
    verify: (data, signature) =>
      signature.length === 64 && p256.verify(signature, data, point, { lowS: false, prehash: true }),
  }
}

export const recoverAddress: Crypto['recoverAddress'] = (digest, signature) => {
  const v = signature[64]
  if (digest.length !== 32) throw new TypeError('a hash of 32 bytes is needed')
  if (signature.length !== 65 || (v !== 0 && v !== 1)) throw wrongValue('signature', 'not 65 recoverable bytes')
  let point: Uint8Array
  try {
    const parsed = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact').addRecoveryBit(v)
    point = parsed.recoverPublicKey(digest).toBytes(false)
  } catch (cause) {
    throw wrongValue('signature', 'no key made it', cause)
  }
  return toHex(keccak256(point.subarray(1)).subarray(12))
}

export const verifyEd25519: Crypto['verifyEd25519'] = (publicKey, data, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    return ed25519.verify(signature, data, publicKey, { zip215: false })
  } catch {
    // The key is not the encoding of a point.
    return false
  }
}

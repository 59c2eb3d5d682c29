/**
 * The primitives of `crypto.ts` under Node: OpenSSL for SHA-256 and P-256, WebAssembly for keccak, native secp256k1.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { createKeccak } from 'hash-wasm'
import secp256k1 from 'secp256k1'
import { concat, concatAll, fromBase64url, type Hex, toBase64url, toHex } from './bytes.ts'
import {
  type Crypto,
  isP256Coordinate,
  type P256Jwk,
  type P256PublicKey,
  P256_SPKI_PREFIX as SPKI_PREFIX,
} from './crypto.ts'
import { toDer } from './ecdsa-der.ts'
import { wrongValue } from './parse-error.ts'

const keccak = await createKeccak(256)

export const sha256: Crypto['sha256'] = (...parts) =>
  hash('sha256', parts.length === 1 ? (parts[0] as Uint8Array) : concatAll(parts), 'buffer')

export const sha256Base64url: Crypto['sha256Base64url'] = data => hash('sha256', data, 'base64url')

export const keccak256: Crypto['keccak256'] = data => keccak.init().update(data).digest('binary')

export const importP256: Crypto['importP256'] = ({ kty, crv, x, y }) => {
  if (kty !== 'EC' || crv !== 'P-256' || !isP256Coordinate(x) || !isP256Coordinate(y)) {
    throw wrongValue('P-256 public key', 'not a JWK with coordinates of 32 bytes')
  }
  return new NodeP256PublicKey({ kty, crv, x, y })
}

export const importP256Spki: Crypto['importP256Spki'] = spki => {
  if (spki.length !== SPKI_PREFIX.length + 64 || !SPKI_PREFIX.every((byte, i) => byte === spki[i])) {
    throw wrongValue('P-256 public key', 'not the SubjectPublicKeyInfo of an uncompressed point')
  }
  const x = toBase64url(spki.subarray(SPKI_PREFIX.length, SPKI_PREFIX.length + 32))
  const y = toBase64url(spki.subarray(SPKI_PREFIX.length + 32))
  return new NodeP256PublicKey({ kty: 'EC', crv: 'P-256', x, y })
}

/**
 * PEM, because OpenSSL reads it in half the time of DER or JWK. The prefix has 27 bytes, which are 36 base64
 * characters.
 */
const PEM_HEAD = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(SPKI_PREFIX).toString('base64')}`
const PEM_TAIL = '\n-----END PUBLIC KEY-----\n'

/** Scratch space for x ‖ y, to convert base64url to base64. */
const coordinates = Buffer.alloc(64)

class NodeP256PublicKey implements P256PublicKey {
  readonly #key: KeyObject

  /** @param jwk coordinates of 32 bytes each; OpenSSL checks that they are a point on the curve */
  constructor(readonly jwk: P256Jwk) {
    coordinates.write(jwk.x, 0, 'base64url')
    coordinates.write(jwk.y, 32, 'base64url')
    const pem = `${PEM_HEAD}${coordinates.toString('base64')}${PEM_TAIL}`
    try {
      this.#key = createPublicKey(pem)
    } catch (cause) {
      throw wrongValue('P-256 public key', 'not a point on the curve', cause)
    }
  }

  get spki(): Uint8Array {
    return concat(SPKI_PREFIX, fromBase64url(this.jwk.x), fromBase64url(this.jwk.y))
  }

  verify(data: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === 64 && verify('sha256', data, this.#key, toDer(signature))
  }
}

export const recoverAddress: Crypto['recoverAddress'] = (digest, signature) => {
  const v = signature[64]
  if (digest.length !== 32) throw new TypeError('a hash of 32 bytes is needed')
  if (signature.length !== 65 || (v !== 0 && v !== 1)) throw wrongValue('signature', 'not 65 recoverable bytes')
  let point: Uint8Array
  try {
    point = secp256k1.ecdsaRecover(signature.subarray(0, 64), v, digest, false)
  } catch (cause) {
    throw wrongValue('signature', 'no key made it', cause)
  }
  return toHex(keccak256(point.subarray(1)).subarray(12)) as Hex
}

export const verifyEd25519: Crypto['verifyEd25519'] = (publicKey, data, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) }, format: 'jwk' })
  return verify(null, data, key, signature)
}

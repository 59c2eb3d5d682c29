import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { importP256Spki, sha256 } from '#crypto'
import { type Hex, toHex } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { fromDer } from '../lib/ecdsa-der.ts'

/** A P-256 signing key. The interface does not expose the private key, so a hardware module can implement it. */
export interface P256Signer {
  readonly publicKey: P256PublicKey
  /** SHA-256 of the DER SubjectPublicKeyInfo: the key's id in the trust registry. */
  readonly keyId: Hex
  /** ES256 (RFC 7518 §3.4): 64 bytes, r ‖ s, over SHA-256 of `data`. */
  sign(data: Uint8Array): Uint8Array
}

export class SoftwareSigner implements P256Signer {
  readonly publicKey: P256PublicKey
  readonly keyId: Hex
  readonly #key: KeyObject

  /** @param pkcs8 PEM */
  constructor(readonly pkcs8: string) {
    this.#key = createPrivateKey(pkcs8)
    this.publicKey = importP256Spki(createPublicKey(this.#key).export({ type: 'spki', format: 'der' }))
    this.keyId = toHex(sha256(this.publicKey.spki))
  }

  sign(data: Uint8Array): Uint8Array {
    return fromDer(sign('sha256', data, this.#key))
  }
}

export function makeP256Pem(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

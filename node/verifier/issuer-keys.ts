import { sha256 } from '#crypto'
import { certificateKey } from '../credential/certificate.ts'
import { fromBase64 } from '../lib/base64.ts'
import { type Hex, toHex } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { LruCache } from '../lib/lru-cache.ts'

export interface IssuerKey {
  readonly key: P256PublicKey
  /** SHA-256 of the DER SubjectPublicKeyInfo: the id of the key in TrustRegistry. */
  readonly keyId: Hex
}

const CACHED_KEYS = 256

/**
 * A cache of the keys of certificates: importing a key costs as much as verifying a signature, and there are few
 * issuers.
 */
export class IssuerKeys {
  readonly #cache = new LruCache<string, IssuerKey>(CACHED_KEYS)

  /**
   * @param certificate DER in base64, as in `x5c` (RFC 7515 §4.1.6)
   * @throws {ParseError}
   */
  of(certificate: string): IssuerKey {
    const found = this.#cache.get(certificate)
    if (found) return found
    const key = certificateKey(fromBase64(certificate))
    const made = { key, keyId: toHex(sha256(key.spki)) }
    this.#cache.set(certificate, made)
    return made
  }
}

import { sha256 } from '#crypto'
import { fromBase64url, type Hex, toBase64url, toHex } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { LruCache } from '../lib/lru-cache.ts'
import { wrongEncoding } from '../lib/parse-error.ts'
import { certificateKey } from './certificate.ts'

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

/** RFC 4648 §4, with its padding. */
function fromBase64(text: string): Uint8Array {
  const bytes = fromBase64url(
    text
      .replace(/={1,2}$/, '')
      .replaceAll('+', '-')
      .replaceAll('/', '_'),
  )
  const canonical = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/')
  if (canonical.padEnd(Math.ceil(canonical.length / 4) * 4, '=') !== text)
    throw wrongEncoding('base64', 'not canonical')
  return bytes
}

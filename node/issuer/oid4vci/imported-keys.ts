import { importP256 } from '#crypto'
import type { P256Jwk, P256PublicKey } from '../../lib/crypto.ts'
import { LruCache } from '../../lib/lru-cache.ts'

const CACHED = 4096

/**
 * Keys of wallets that were imported recently. A wallet uses the same key at each step, and an import takes half as long as
 * a verification.
 */
export class ImportedKeys {
  readonly #keys = new LruCache<string, P256PublicKey>(CACHED)

  /** @throws {ParseError} unless it is a point on the curve */
  get(jwk: P256Jwk): P256PublicKey {
    const name = jwk.x + jwk.y
    const cached = this.#keys.get(name)
    if (cached) return cached
    const key = importP256(jwk)
    this.#keys.set(name, key)
    return key
  }
}

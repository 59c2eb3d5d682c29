/**
 * Signed Credential Issuer Metadata (OpenID4VCI 1.0 §12.2.3, HAIP 1.0 §4.1), by the key that signs the cards. Its type
 * keeps it apart from a card. Why: docs/decisions/170.
 */
import type { CertifiedSigner } from '../../../keys/certified.ts'
import { signJws } from '../../../lib/jose/jws.ts'
import type { JsonObject } from '../../../lib/json.ts'
import { type Clock, HOUR, type UnixSeconds } from '../../../lib/time.ts'

export type MetadataSigner = Pick<CertifiedSigner, 'x5c' | 'sign'>

/** Seconds until a JWT expires. Each is sent for half of that time at most. */
const LIFETIME = HOUR

export class SignedMetadata {
  #made: { readonly text: string; readonly at: UnixSeconds } | undefined

  constructor(
    private readonly metadata: JsonObject,
    private readonly signer: MetadataSigner,
    private readonly clock: Clock,
  ) {}

  /** In compact form. Signed once for many requests. */
  text(): string {
    const now = this.clock()
    if (this.#made && now >= this.#made.at && now < this.#made.at + LIFETIME / 2) return this.#made.text
    const { x5c } = this.signer
    const issuer = this.metadata.credential_issuer as string
    const claims = { iss: issuer, sub: issuer, iat: now, exp: now + LIFETIME }
    const text = signJws({ typ: 'openidvci-issuer-metadata+jwt', x5c }, { ...claims, ...this.metadata }, data =>
      this.signer.sign(data),
    )
    this.#made = { text, at: now }
    return text
  }
}

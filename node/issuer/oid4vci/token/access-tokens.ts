import type { Hex } from '../../../lib/bytes.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../../lib/time.ts'
import { Bucket } from '../../../store/buckets.ts'
import type { Store, WriteOp } from '../../../store/store.ts'
import { BearerSecrets } from '../../bearer-secrets.ts'

/** Seconds, enough for a holder who reads every screen. A token for more than 5 minutes must be sender-constrained, as this is. */
export const TOKEN_LIFETIME = 15 * 60

/**
 * With this begins an access token that a refresh token gave, so that its requests can wait for those of people in front of a
 * screen (http/turns.ts) before anything is looked up. It proves nothing.
 */
export const REFRESHED = 'refreshed.'

export interface AccessToken {
  readonly application: string
  /** The offer of the token. A newer offer for the same application ends the token. */
  readonly offer: Hex
  /** Thumbprint of the DPoP key that it is bound to (RFC 9449 §6). */
  readonly jkt: string
  /** null: the client was anonymous. */
  readonly clientId: string | null
  /** True if authorization_details were used: credentials are then requested by identifier (OpenID4VCI 1.0 §6.2). */
  readonly byIdentifier: boolean
  /** The wallet's attestation; absent if it sent none. */
  readonly wallet?: { readonly provider: number; readonly attester: Hex }
  /** Whether a refresh token gave it. */
  readonly refreshed?: true
  readonly expiresAt: UnixSeconds
}

export class AccessTokens {
  readonly #secrets: BearerSecrets<AccessToken>

  constructor(store: Store, clock: Clock, random: Random) {
    this.#secrets = new BearerSecrets(store, Bucket.accessToken, clock, random)
  }

  /** Creates a token, and the operation to commit before the token is sent. */
  create(grant: Omit<AccessToken, 'expiresAt'>): { readonly token: string; readonly op: WriteOp } {
    const { secret, op } = this.#secrets.create(grant, TOKEN_LIFETIME, grant.refreshed ? REFRESHED : '')
    return { token: secret, op }
  }

  /** @returns undefined for an unknown or expired token */
  find(token: string): AccessToken | undefined {
    return this.#secrets.find(token)
  }

  /** As `find`, for a token of which only the hash is known. */
  findByHash(hash: Hex): AccessToken | undefined {
    return this.#secrets.findByHash(hash)
  }

  /** @param hash SHA-256 of the token */
  revoke(hash: Hex): WriteOp {
    return this.#secrets.endByHash(hash)
  }

  sweep(): Promise<void> {
    return this.#secrets.sweep()
  }
}

import type { Hex } from '../../../lib/bytes.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../../lib/time.ts'
import { Bucket } from '../../../store/buckets.ts'
import type { Store, WriteOp } from '../../../store/store.ts'
import { BearerSecrets } from '../../bearer-secrets.ts'

/** Seconds: long enough for a holder who reads every screen. Sender-constrained, as a token of over 5 minutes must be. */
export const TOKEN_LIFETIME = 15 * 60

export interface AccessToken {
  readonly application: string
  /** The offer it came of: a newer one of the same application ends the token. */
  readonly offer: Hex
  /** Thumbprint of the DPoP key that it is bound to (RFC 9449 §6). */
  readonly jkt: string
  /** null: the wallet came anonymously. */
  readonly clientId: string | null
  /** authorization_details were used: credentials are asked for by identifier (OpenID4VCI 1.0 §6.2). */
  readonly byIdentifier: boolean
  readonly expiresAt: UnixSeconds
}

export class AccessTokens {
  readonly #secrets: BearerSecrets<AccessToken>

  constructor(store: Store, clock: Clock, random: Random) {
    this.#secrets = new BearerSecrets(store, Bucket.accessToken, clock, random)
  }

  /** The token, and the operation to commit before it is sent. */
  create(grant: Omit<AccessToken, 'expiresAt'>): { readonly token: string; readonly op: WriteOp } {
    const { secret, op } = this.#secrets.create(grant, TOKEN_LIFETIME)
    return { token: secret, op }
  }

  /** @returns undefined for an unknown or expired token */
  find(token: string): AccessToken | undefined {
    return this.#secrets.find(token)
  }

  sweep(): Promise<void> {
    return this.#secrets.sweep()
  }
}

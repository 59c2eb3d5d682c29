/** Sessions of the authorization endpoint: a pushed request until the applicant answers, then a code until it is redeemed. */
import type { Hex } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import { BearerSecrets } from '../bearer-secrets.ts'

export interface AuthorizationSession {
  readonly kind: 'request' | 'code'
  /** The offer whose issuer_state the wallet sent. */
  readonly offer: Hex
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | null
  /** BASE64URL(SHA-256(code_verifier)), RFC 7636 §4.2. */
  readonly codeChallenge: string
  /** Thumbprint of the DPoP key that the wallet announced. Only this key can redeem the code (RFC 9449 §10). */
  readonly jkt: string | null
  readonly byIdentifier: boolean
  readonly expiresAt: UnixSeconds
}

export class AuthorizationSessions {
  readonly #secrets: BearerSecrets<AuthorizationSession>

  constructor(store: Store, clock: Clock, random: Random) {
    this.#secrets = new BearerSecrets(store, Bucket.authorization, clock, random)
  }

  /** @param lifetime seconds */
  create(
    session: Omit<AuthorizationSession, 'expiresAt'>,
    lifetime: number,
  ): { readonly secret: string; readonly op: WriteOp } {
    return this.#secrets.create(session, lifetime)
  }

  find(kind: AuthorizationSession['kind'], secret: string): AuthorizationSession | undefined {
    const found = this.#secrets.find(secret)
    return found?.kind === kind ? found : undefined
  }

  end(secret: string): WriteOp {
    return this.#secrets.end(secret)
  }

  sweep(): Promise<void> {
    return this.#secrets.sweep()
  }
}

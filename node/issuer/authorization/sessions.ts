/** Sessions of the authorization endpoint: a pushed request until the applicant answers, then a code until it is redeemed. */
import type { Hex } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import { BearerSecrets, type WithoutExpiry } from '../bearer-secrets.ts'

interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | null
  /** BASE64URL(SHA-256(code_verifier)), RFC 7636 §4.2. */
  readonly codeChallenge: string
  /** Thumbprint of the DPoP key that the wallet announced. Only this key can redeem the code (RFC 9449 §10). */
  readonly jkt: string | null
  readonly byIdentifier: boolean
  /** The wallet's attestation; absent if it sent none. Only this wallet can redeem the code. */
  readonly wallet?: {
    /** The registered name of its provider. */
    readonly providerName: string
    /** Thumbprint of the key in the attestation. */
    readonly instance: string
  }
  readonly expiresAt: UnixSeconds
}

/** A pushed request. */
export interface PushedSession extends AuthorizationRequest {
  readonly kind: 'request'
  /** The offer whose issuer_state the wallet sent. Null: none was sent, so the card is applied for online. */
  readonly offer: Hex | null
  /** The ids of the cards that the wallet asks for. Only a request without an offer has them. */
  readonly asked?: readonly string[]
}

/** A code that was given to the wallet. */
export interface CodeSession extends AuthorizationRequest {
  readonly kind: 'code'
  readonly offer: Hex
}

/** What is stored of a redeemed code while its access token is valid. */
interface RedeemedCode {
  readonly kind: 'redeemed'
  /** SHA-256 of the access token. */
  readonly token: Hex
  readonly expiresAt: UnixSeconds
}

type StoredSession = PushedSession | CodeSession | RedeemedCode
type OfKind<K extends StoredSession['kind']> = Extract<StoredSession, { readonly kind: K }>

export class AuthorizationSessions {
  readonly #secrets: BearerSecrets<StoredSession>

  constructor(store: Store, clock: Clock, random: Random) {
    this.#secrets = new BearerSecrets(store, Bucket.authorization, clock, random)
  }

  /** @param lifetime seconds */
  create(
    session: WithoutExpiry<PushedSession | CodeSession>,
    lifetime: number,
  ): { readonly secret: string; readonly op: WriteOp } {
    return this.#secrets.create(session, lifetime)
  }

  find<K extends StoredSession['kind']>(kind: K, secret: string): OfKind<K> | undefined {
    const found = this.#secrets.find(secret)
    return found?.kind === kind ? (found as OfKind<K>) : undefined
  }

  /** Marks a code as redeemed. @param lifetime seconds of the access token */
  redeem(code: string, token: Hex, lifetime: number): WriteOp {
    return this.#secrets.replace(code, { kind: 'redeemed', token }, lifetime)
  }

  end(secret: string): WriteOp {
    return this.#secrets.end(secret)
  }

  sweep(): Promise<void> {
    return this.#secrets.sweep()
  }
}

/**
 * The two short lives of an authorization: the pushed request that waits for the applicant, and the code that waits
 * for the wallet. Both are found by a secret handed out once, of which only the hash is on disk.
 */
import { sha256 } from '#crypto'
import { type Hex, toBase64url, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'

export interface AuthorizationSession {
  readonly kind: 'request' | 'code'
  /** The offer whose issuer_state the wallet sent. */
  readonly offer: Hex
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | null
  /** BASE64URL(SHA-256(code_verifier)), RFC 7636 §4.2. */
  readonly codeChallenge: string
  /** The DPoP key the wallet announced; only it can redeem the code (RFC 9449 §10). */
  readonly jkt: string | null
  readonly byIdentifier: boolean
  readonly expiresAt: UnixSeconds
}

export class AuthorizationSessions {
  readonly #table: Table<Uint8Array, AuthorizationSession>

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#table = new Table(store, Bucket.authorization, bytesCodec, jsonCodec())
  }

  /** @param lifetime seconds */
  create(
    session: Omit<AuthorizationSession, 'expiresAt'>,
    lifetime: number,
  ): { readonly secret: string; readonly op: WriteOp } {
    const secret = toBase64url(this.random(32))
    return { secret, op: this.#table.put(keyOf(secret), { ...session, expiresAt: this.clock() + lifetime }) }
  }

  find(kind: AuthorizationSession['kind'], secret: string): AuthorizationSession | undefined {
    const found = this.#table.get(keyOf(secret))
    return found?.kind === kind && this.clock() < found.expiresAt ? found : undefined
  }

  end(secret: string): WriteOp {
    return this.#table.del(keyOf(secret))
  }

  async sweep(): Promise<void> {
    const now = this.clock()
    const dead: WriteOp[] = []
    for await (const [key, { expiresAt }] of this.#table.entries())
      if (now >= expiresAt) dead.push(this.#table.del(key))
    if (dead.length > 0) await this.store.commit(dead)
  }
}

const keyOf = (secret: string) => sha256(utf8(secret))

import { sha256 } from '#crypto'
import { type Hex, toBase64url, utf8 } from '../../../lib/bytes.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../../lib/time.ts'
import { Bucket } from '../../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../../store/store.ts'

/** Long enough for a holder who reads every screen; sender-constrained, as a token over 5 minutes must be. */
export const TOKEN_LIFETIME = 15 * 60

/** On disk under SHA-256 of the token: reading the database gives no access. */
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
  readonly #table: Table<Uint8Array, AccessToken>

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#table = new Table(store, Bucket.accessToken, bytesCodec, jsonCodec())
  }

  /** The token, and the operation to commit before it is sent. */
  create(grant: Omit<AccessToken, 'expiresAt'>): { readonly token: string; readonly op: WriteOp } {
    const token = toBase64url(this.random(32))
    return { token, op: this.#table.put(keyOf(token), { ...grant, expiresAt: this.clock() + TOKEN_LIFETIME }) }
  }

  /** @returns undefined for an unknown or expired token */
  find(token: string): AccessToken | undefined {
    const found = this.#table.get(keyOf(token))
    return found && this.clock() < found.expiresAt ? found : undefined
  }

  async sweep(): Promise<void> {
    const now = this.clock()
    const dead: WriteOp[] = []
    for await (const [key, token] of this.#table.entries()) if (now >= token.expiresAt) dead.push(this.#table.del(key))
    if (dead.length > 0) await this.store.commit(dead)
  }
}

const keyOf = (token: string) => sha256(utf8(token))

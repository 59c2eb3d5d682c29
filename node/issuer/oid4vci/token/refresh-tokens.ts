/**
 * Refresh tokens (RFC 6749 §6), one for each application: with it the wallet gets further access tokens for the same
 * application, as long as its card lives. What such an access token gives is decided from the state of the card.
 *
 * A refresh token is bound to the wallet's DPoP key, and to the key of its attestation if it has one. So it is not rotated
 * (RFC 9700 §4.14.2): a response that is lost would otherwise lock the wallet out. The database has its hash only.
 * Why: docs/decisions/195.
 */
import { equalSecret } from '../../../keys/secret.ts'
import { type Hex, toBase64url } from '../../../lib/bytes.ts'
import type { Random } from '../../../lib/random.ts'
import { Bucket } from '../../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../../store/store.ts'
import type { Application } from '../../applications/application.ts'
import type { Applications } from '../../applications/applications.ts'
import { hashOf } from '../../bearer-secrets.ts'
import type { AttestedWallet } from '../attestation/client-attestation.ts'
import { OAuthError } from '../errors.ts'

/** On disk under the application's id. */
export interface RefreshGrant {
  /** SHA-256 of the token. */
  readonly hash: Hex
  /** The offer whose redemption gave it. A newer offer of the application ends it. */
  readonly offer: Hex
  /** Thumbprint of the DPoP key that it is bound to. */
  readonly jkt: string
  /** null: the client was anonymous. */
  readonly clientId: string | null
  readonly byIdentifier: boolean
  /** The wallet that was attested; absent if it sent no attestation. */
  readonly wallet?: { readonly provider: number; readonly instance: string }
}

/** Who presents a refresh token. */
export interface RefreshingClient {
  readonly jkt: string
  /** Undefined if the request names none. */
  readonly clientId: string | undefined
  /** Attested by a provider that is admitted now. */
  readonly wallet: AttestedWallet | null
}

export interface RefreshTokensOptions {
  readonly store: Store
  readonly applications: Pick<Applications, 'get'>
  /** Whether the card of an issued application has ended: revoked, expired, or of a person who was erased. */
  readonly hasEnded: (application: Application) => boolean
  readonly random: Random
}

export class RefreshTokens {
  readonly #table: Table<string, RefreshGrant>

  constructor(private readonly options: RefreshTokensOptions) {
    this.#table = new Table(options.store, Bucket.refreshToken, textCodec, jsonCodec())
  }

  /** Creates the token of an application, and the operation to commit before it is sent. An earlier one ends. */
  create(application: string, grant: Omit<RefreshGrant, 'hash'>): { readonly token: string; readonly op: WriteOp } {
    const token = `${application}.${toBase64url(this.options.random(32))}`
    return { token, op: this.#table.put(application, { ...grant, hash: hashOf(token) }) }
  }

  /**
   * The application of a token that this client may use now. All faults of a token give the same error, because the exact
   * reason would help a thief.
   * @throws {OAuthError} invalid_grant; invalid_client for a wallet that was attested and now sends no attestation
   */
  check(token: string, client: RefreshingClient): { readonly application: Application; readonly grant: RefreshGrant } {
    const id = token.slice(0, token.indexOf('.'))
    const grant = this.#table.get(id)
    const application = this.options.applications.get(id)
    if (!grant || !application || !equalSecret(hashOf(token), grant.hash)) throw invalid()
    if (!equalSecret(client.jkt, grant.jkt)) throw invalid()
    if (client.clientId !== undefined && grant.clientId !== null && client.clientId !== grant.clientId) throw invalid()
    if (grant.wallet) {
      if (!client.wallet) throw new OAuthError('invalid_client', 'this wallet was attested: send its attestation')
      const { provider, instance } = client.wallet
      if (provider !== grant.wallet.provider || !equalSecret(instance, grant.wallet.instance)) throw invalid()
    }
    if (application.offer !== grant.offer || !this.#lives(application)) throw invalid()
    return { application, grant }
  }

  /** Ends the token of an application. */
  end(application: string): WriteOp {
    return this.#table.del(application)
  }

  #lives(application: Application): boolean {
    if (application.state === 'offered') return true
    return application.state === 'issued' && !this.options.hasEnded(application)
  }
}

const invalid = () => new OAuthError('invalid_grant', 'the refresh token is not valid')

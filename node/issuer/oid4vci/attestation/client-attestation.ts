/**
 * Client authentication by wallet attestation at the PAR and token endpoints (OpenID4VCI 1.0 Appendix E, OAuth 2.0
 * Attestation-Based Client Authentication). An attestation that was sent is verified, whether the setting demands one or not.
 * Why: docs/decisions/089.
 */
import { importP256 } from '#crypto'
import { equalSecret } from '../../../keys/secret.ts'
import type { Hex } from '../../../lib/bytes.ts'
import type { P256Jwk } from '../../../lib/crypto.ts'
import { parseP256Jwk, thumbprint } from '../../../lib/jose/jwk.ts'
import type { JwsKind } from '../../../lib/jose/jws.ts'
import { isJsonObject, type JsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock } from '../../../lib/time.ts'
import { refuseClientAuthentication } from '../client-authentication.ts'
import { OAuthError } from '../errors.ts'
import { type Exchange, type Reply, reply } from '../exchange.ts'
import type { Form } from '../form.ts'
import { maxAhead } from '../jwt-times.ts'
import { type AttesterJwt, verifyAttesterJwt } from './attester.ts'
import { ProofsOfPossession } from './proof-of-possession.ts'
import type { WalletProviders } from './providers.ts'
import type { WalletAttestation } from './setting.ts'

const ATTESTATION: JwsKind = { typ: 'oauth-client-attestation+jwt', maxLength: 16_384, numbers: 'any' }
/** RFC 6749 §A.1. The authorization page shows it. */
export const CLIENT_ID = /^[\x20-\x7e]{1,1024}$/

/** A wallet whose attestation was verified. */
export interface AttestedWallet {
  /** `sub`: the same for all wallets of this kind. */
  readonly clientId: string
  /** The provider's organisation in the trust registry. */
  readonly provider: number
  /** The key that signed the attestation. */
  readonly attester: Hex
  /** Thumbprint of the key of this wallet on this phone. */
  readonly instance: string
}

export interface ClientAttestationOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string
  readonly setting: WalletAttestation
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
  readonly providers: WalletProviders
  readonly clock: Clock
  readonly random: Random
}

export class ClientAttestation {
  readonly #proofs: ProofsOfPossession

  constructor(private readonly options: ClientAttestationOptions) {
    this.#proofs = new ProofsOfPossession(options.clock, options.random, options.haip)
  }

  /** The response of the challenge endpoint. */
  challenge(): Reply {
    return reply(200, { attestation_challenge: this.#proofs.challenge() })
  }

  /** For the response to a request with an attestation: the challenge of the next one. */
  headers({ clientAttestation }: Exchange): Readonly<Record<string, string>> {
    return clientAttestation === undefined ? {} : { 'OAuth-Client-Attestation-Challenge': this.#proofs.challenge() }
  }

  /**
   * @param dpopKey thumbprint of the key of the request's DPoP proof, which was verified; null without a proof
   * @returns null for a wallet without an attestation, where none is required
   * @throws {OAuthError} invalid_client, invalid_client_attestation, use_fresh_attestation, use_attestation_challenge
   * @throws {LedgerError} if the provider cannot be looked up
   */
  async authenticate(exchange: Exchange, form: Form, dpopKey: string | null): Promise<AttestedWallet | null> {
    refuseClientAuthentication(exchange, form)
    const { clientAttestation, clientAttestationPop } = exchange
    if (clientAttestation === undefined) {
      if (clientAttestationPop !== undefined) throw invalid('there is a proof of possession without an attestation')
      if (this.options.setting === 'accepted') return null
      throw new OAuthError('invalid_client', 'a wallet attestation is required')
    }
    const { payload, attester } = parse(clientAttestation, this.options.haip)
    const { clientId, key } = this.#checkClaims(payload)
    if (form.client_id !== undefined && form.client_id !== clientId) throw invalid('sub must be the client_id')
    const instance = thumbprint(key)
    const use = this.#checkPossession(clientAttestationPop, key, clientId, dpopKey)
    const provider = await this.options.providers.admitted(attester)
    if (provider === null) {
      throw invalid(
        'the key that signed the attestation is not that of a provider that is admitted now: scan the same code with another wallet',
      )
    }
    use()
    return { clientId, provider, attester, instance }
  }

  #checkClaims({ sub, exp, iat, nbf, cnf }: JsonObject): { readonly clientId: string; readonly key: P256Jwk } {
    const now = this.options.clock()
    if (typeof sub !== 'string' || !CLIENT_ID.test(sub)) throw invalid('sub of the attestation must be a client_id')
    if (typeof exp !== 'number') throw invalid('exp of the attestation is missing')
    // Without tolerance: a provider's clock is right, and the wallet can get a new attestation.
    if (now >= exp) throw new OAuthError('use_fresh_attestation', 'the attestation has expired')
    for (const from of [iat, nbf]) {
      if (from !== undefined && !(typeof from === 'number' && from <= now + maxAhead(this.options.haip))) {
        throw invalid('iat or nbf of the attestation is in the future')
      }
    }
    try {
      return { clientId: sub, key: importP256(parseP256Jwk(isJsonObject(cnf) ? cnf.jwk : undefined)).jwk }
    } catch (error) {
      throw error instanceof ParseError ? invalid('cnf of the attestation must be a P-256 public key', error) : error
    }
  }

  /** Without a proof of its own, the DPoP proof of the same key is the proof (`attest_jwt_client_auth_dpop`). */
  #checkPossession(proof: string | undefined, key: P256Jwk, clientId: string, dpopKey: string | null): () => void {
    if (proof !== undefined) return this.#proofs.verify(proof, { key, clientId, audience: this.options.issuer })
    if (dpopKey !== null && equalSecret(dpopKey, thumbprint(key))) return () => undefined
    throw invalid('a proof of possession of the key in the attestation is required')
  }
}

function parse(text: string, haip: boolean): AttesterJwt {
  try {
    return verifyAttesterJwt(text, ATTESTATION, haip)
  } catch (error) {
    throw error instanceof ParseError ? invalid('the attestation is not a JWT that its key signed', error) : error
  }
}

const invalid = (description: string, cause?: unknown) =>
  new OAuthError('invalid_client_attestation', description, cause === undefined ? undefined : { cause })

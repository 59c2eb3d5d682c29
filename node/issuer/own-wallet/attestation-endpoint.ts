/**
 * The wallet provider of this install's own web wallet: it attests a wallet, or one of its keys, to whoever holds that key.
 *
 * It states the level `software` and nothing more: a browser cannot prove which program asks, nor where a key is. What it
 * gives is a provider: the wallet's cards are found and stopped as those of any other wallet.
 * Why: docs/decisions/167.
 */
import { importP256 } from '#crypto'
import type { P256Signer } from '../../keys/signer.ts'
import type { P256Jwk } from '../../lib/crypto.ts'
import { parseP256Jwk } from '../../lib/jose/jwk.ts'
import { isSignedBy, type JwsKind, parseJws, signJws } from '../../lib/jose/jws.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { ParseError, wrongValue } from '../../lib/parse-error.ts'
import { type Clock, HOUR, MINUTE } from '../../lib/time.ts'
import type { WalletProviders } from '../oid4vci/attestation/providers.ts'
import { errorReply, OAuthError } from '../oid4vci/errors.ts'
import { type Exchange, type Reply, readJson, reply } from '../oid4vci/exchange.ts'
import { CLOCK_SKEW } from '../oid4vci/jwt-times.ts'
import { OWN_WALLET } from '../oid4vci/token/redeeming-wallets.ts'

const REQUEST: JwsKind = { typ: 'dojang-attestation-request+jwt', maxLength: 8192, numbers: 'any' }
/** Seconds. Short, because an attestation cannot be taken back by its provider. */
const WALLET_LIFETIME = HOUR
const KEY_LIFETIME = 5 * MINUTE
const MAX_NONCE = 4096

type Sent = Pick<Exchange, 'contentType' | 'body'>

export interface AttestationEndpointOptions {
  /** The address of this endpoint, which a request names as its audience. */
  readonly url: string
  readonly signer: P256Signer & { readonly x5c: readonly string[] }
  readonly providers: Pick<WalletProviders, 'admitted'>
  /** Whether the ledger or two operators ended this provider. False: nobody ever admitted it. */
  readonly isStopped: () => Promise<boolean>
  readonly clock: Clock
}

/** A wallet asks for itself (`wallet`, with its DPoP key), or for one of its keys with the c_nonce of an issuer. */
interface AttestationRequest {
  readonly key: P256Jwk
  readonly nonce: string | null
}

export class AttestationEndpoint {
  constructor(private readonly options: AttestationEndpointOptions) {}

  /**
   * The body is `{"request": "<JWT>"}`, signed by the key that is to be attested, which is in its header as `jwk`. The
   * payload has `aud`, `iat`, and for a key attestation `nonce`. The answer is `{"attestation": "<JWT>"}`; null if this
   * provider was never admitted, so that no issuer would take it.
   */
  async handle(exchange: Sent): Promise<Reply> {
    try {
      const asked = this.#verify(exchange)
      const { providers, signer, isStopped } = this.options
      if ((await providers.admitted(signer.keyId)) === null) {
        if (!(await isStopped())) return reply(200, { attestation: null })
        throw new OAuthError(
          'access_denied',
          'wallets of this kind get no cards any more: use another wallet, and scan the same code with it',
        )
      }
      return reply(200, { attestation: this.#attest(asked) })
    } catch (error) {
      if (error instanceof OAuthError) return errorReply(error)
      if (error instanceof ParseError) return errorReply(new OAuthError('invalid_request', 'the request is malformed'))
      throw error
    }
  }

  /** @throws {ParseError} */
  #verify(exchange: Sent): AttestationRequest {
    const { request } = readJson(exchange)
    if (typeof request !== 'string') throw wrongValue('request', 'a JWT expected')
    const jws = parseJws(request, REQUEST)
    const key = importP256(parseP256Jwk(jws.header.jwk))
    if (!isSignedBy(jws, key)) throw wrongValue('signature', 'the signature is wrong')
    const { aud, iat, nonce } = jws.payload
    if (aud !== this.options.url) throw wrongValue('aud', 'another audience')
    if (typeof iat !== 'number' || Math.abs(this.options.clock() - iat) > CLOCK_SKEW) throw wrongValue('iat', 'too far')
    return { key: key.jwk, nonce: nonceOf(nonce) }
  }

  #attest({ key, nonce }: AttestationRequest): string {
    const { signer, clock } = this.options
    const now = clock()
    const sign = (typ: string, payload: JsonObject) =>
      signJws({ typ, x5c: [...signer.x5c] }, { iat: now, ...payload }, data => signer.sign(data))
    const jwk = { ...key }
    if (nonce === null) {
      const claims = { sub: OWN_WALLET, exp: now + WALLET_LIFETIME, cnf: { jwk } }
      return sign('oauth-client-attestation+jwt', claims)
    }
    // Without `key_storage`, which has no value of the standard for software.
    return sign('key-attestation+jwt', { exp: now + KEY_LIFETIME, nonce, attested_keys: [jwk] })
  }
}

function nonceOf(nonce: JsonValue | undefined): string | null {
  if (nonce === undefined) return null
  if (typeof nonce === 'string' && nonce !== '' && nonce.length <= MAX_NONCE) return nonce
  throw wrongValue('nonce', 'a text expected')
}

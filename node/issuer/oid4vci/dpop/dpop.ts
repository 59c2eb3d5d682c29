/**
 * Proof of possession at the token, pushed authorization, credential and notification endpoints (RFC 9449).
 *
 * Every proof must contain a nonce of this server, so that the server's clock decides its age and a proof made in
 * advance is useless. A proof is accepted once: its `jti` is remembered for as long as its nonce is valid. The key of the
 * nonces is made at start, so neither nonces nor seen proofs need to survive a restart: the wallet then gets
 * `use_dpop_nonce` and tries again (docs/decisions/052).
 */
import { sha256 } from '#crypto'
import { equalSecret } from '../../../keys/secret.ts'
import { toBase64url, utf8 } from '../../../lib/bytes.ts'
import type { P256Jwk, P256PublicKey } from '../../../lib/crypto.ts'
import { parseP256Jwk, thumbprint } from '../../../lib/jose/jwk.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws } from '../../../lib/jose/jws.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock } from '../../../lib/time.ts'
import { OAuthError } from '../errors.ts'
import type { ImportedKeys } from '../imported-keys.ts'
import { CLOCK_SKEW, isInForce, maxAhead } from '../jwt-times.ts'
import { Nonces } from '../nonce/nonces.ts'
import { ReplayGuard } from './replay-guard.ts'

const NONCE_LIFETIME = 5 * 60
const PROOF: JwsKind = { typ: 'dpop+jwt', maxLength: 4096, numbers: 'any' }
const MAX_JTI = 256

export interface DpopRequest {
  readonly method: 'POST'
  /** The URL of the endpoint, which `htu` must equal. */
  readonly url: string
  /** At a protected resource: the token whose hash is `ath`. */
  readonly accessToken?: string
}

export class Dpop {
  #nonces: Nonces
  #fresh: { readonly at: number; readonly nonce: string }
  readonly #seen: ReplayGuard

  constructor(
    private readonly clock: Clock,
    random: Random,
    private readonly keys: ImportedKeys,
    /** The rules of HAIP 1.0 (docs/haip.md). */
    private readonly haip: boolean,
    /** The number of proofs remembered within a nonce's lifetime; about 25 bytes each. */
    capacity = 500_000,
  ) {
    this.#nonces = new Nonces(random(32), NONCE_LIFETIME, clock, random)
    this.#fresh = { at: clock(), nonce: this.#nonces.create() }
    this.#seen = new ReplayGuard(NONCE_LIFETIME, capacity, clock, random, () => {
      this.#nonces = new Nonces(random(32), NONCE_LIFETIME, clock, random)
      this.#fresh = { at: clock(), nonce: this.#nonces.create() }
    })
  }

  /** For the `DPoP-Nonce` header of every response (RFC 9449 §8.2). */
  nonce(): string {
    const now = this.clock()
    if (now !== this.#fresh.at) this.#fresh = { at: now, nonce: this.#nonces.create() }
    return this.#fresh.nonce
  }

  /**
   * RFC 9449 §4.3.
   * @returns the thumbprint of the key that signed the proof
   * @throws {OAuthError} invalid_dpop_proof, use_dpop_nonce
   */
  verify(proof: string | undefined, request: DpopRequest): string {
    if (proof === undefined) throw invalid('a DPoP proof is required')
    const jws = parse(proof)
    const { jwk, jti } = this.#checkHeaderAndClaims(jws, request)
    const key = this.#keyOf(jwk)
    if (!isSignedBy(jws, key)) throw invalid('the signature is wrong')
    const jkt = thumbprint(jwk)
    if (!this.#seen.first(`${jkt}${jti}`)) throw invalid('the proof was used before')
    return jkt
  }

  /** The inexpensive checks, before the signature is verified. */
  #checkHeaderAndClaims({ header, payload }: Jws, request: DpopRequest): { jwk: P256Jwk; jti: string } {
    const jwk = parseKey(header.jwk)
    const { htm, htu, iat, jti, nonce, ath } = payload
    if (htm !== request.method) throw invalid('htm is not the method of this request')
    if (typeof htu !== 'string' || !sameUrl(htu, request.url)) throw invalid('htu is not the URL of this request')
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI) throw invalid('jti is missing or too long')
    if (typeof iat !== 'number') throw invalid('iat is missing')
    if (request.accessToken !== undefined) {
      if (typeof ath !== 'string') throw invalid('ath is missing')
      if (!equalSecret(ath, toBase64url(sha256(utf8(request.accessToken)))))
        throw invalid('ath is the hash of another token')
    }
    if (nonce === undefined) throw new OAuthError('use_dpop_nonce', 'a nonce is required in the DPoP proof')
    if (typeof nonce !== 'string' || !this.#nonces.check(nonce)) {
      throw new OAuthError('use_dpop_nonce', 'the nonce in the DPoP proof has expired')
    }
    const now = this.clock()
    const ahead = maxAhead(this.haip)
    if (iat < now - CLOCK_SKEW || iat > now + ahead) throw invalid('iat is too far from the time of this server')
    if (!isInForce(payload, now, ahead)) throw invalid('exp or nbf say that it is not in force')
    return { jwk, jti }
  }

  #keyOf(jwk: P256Jwk): P256PublicKey {
    try {
      return this.keys.get(jwk)
    } catch (error) {
      throw error instanceof ParseError ? invalid('jwk is not a P-256 public key', error) : error
    }
  }
}

function parse(proof: string): Jws {
  try {
    return parseJws(proof, PROOF)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw invalid(error.code === 'PARSE_UNSUPPORTED' ? error.message : 'the proof is not one well-formed JWS', error)
  }
}

function parseKey(value: unknown): P256Jwk {
  try {
    return parseP256Jwk(value)
  } catch (error) {
    throw error instanceof ParseError ? invalid('jwk is not a P-256 public key', error) : error
  }
}

/** Without query and fragment, and normalised as URLs are (RFC 9449 §4.3, check 9). */
function sameUrl(htu: string, url: string): boolean {
  if (htu === url) return true
  if (htu.length > 2048 || !URL.canParse(htu)) return false
  const given = new URL(htu)
  const own = new URL(url)
  return (
    given.origin === own.origin && given.pathname === own.pathname && given.username === '' && given.password === ''
  )
}

const invalid = (description: string, cause?: unknown) =>
  new OAuthError('invalid_dpop_proof', description, cause === undefined ? undefined : { cause })

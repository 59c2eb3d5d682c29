/**
 * Proofs that a client holds the key of its attestation (OAuth 2.0 Attestation-Based Client Authentication, drafts 07 to 10).
 *
 * A proof is accepted once: its `jti` is remembered for as long as it could be accepted again. The memory is lost at a
 * restart, so a proof that is older than the process is refused, unless it contains a challenge of this process. Whoever is
 * refused for its time gets a challenge, which makes the client's clock irrelevant.
 */
import { importP256 } from '#crypto'
import type { P256Jwk } from '../../../lib/crypto.ts'
import { thumbprint } from '../../../lib/jose/jwk.ts'
import { isSignedBy, type JwsKind, parseJws } from '../../../lib/jose/jws.ts'
import type { JsonValue } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../../lib/time.ts'
import { ReplayGuard } from '../dpop/replay-guard.ts'
import { OAuthError } from '../errors.ts'
import { CLOCK_SKEW, isInForce, maxAhead } from '../jwt-times.ts'
import { Nonces } from '../nonce/nonces.ts'

const PROOF: JwsKind = { typ: 'oauth-client-attestation-pop+jwt', maxLength: 4096, numbers: 'any' }
const MAX_JTI = 256

export interface ProofExpectation {
  /** The key in the attestation. */
  readonly key: P256Jwk
  /** The issuer identifier of this authorization server. */
  readonly audience: string
  /** The `sub` of the attestation. */
  readonly clientId: string
}

export class ProofsOfPossession {
  #challenges: Nonces
  /** A proof without a challenge must not be older. */
  #since: UnixSeconds
  readonly #seen: ReplayGuard

  constructor(
    private readonly clock: Clock,
    random: Random,
    /** The rules of HAIP 1.0 (docs/haip.md). */
    private readonly haip: boolean,
    /** The number of proofs remembered; about 25 bytes each. */
    capacity = 200_000,
  ) {
    this.#challenges = new Nonces(random(32), CLOCK_SKEW, clock, random)
    this.#since = clock()
    this.#seen = new ReplayGuard(2 * CLOCK_SKEW, capacity, clock, random, () => {
      this.#challenges = new Nonces(random(32), CLOCK_SKEW, clock, random)
      this.#since = clock() + CLOCK_SKEW + 1
    })
  }

  challenge(): string {
    return this.#challenges.create()
  }

  /**
   * Verifies everything but that the proof is new.
   * @returns marks the proof as used; call it after all other checks of the request
   * @throws {OAuthError} invalid_client_attestation, use_attestation_challenge
   */
  verify(text: string, { key, audience, clientId }: ProofExpectation): () => void {
    const jws = parse(text)
    const { aud, jti, iat, iss, challenge } = jws.payload
    // FAPI 2.0 §5.3.2.1, which HAIP refers to, accepts only a string.
    const inList = !this.haip && Array.isArray(aud) && aud.length === 1 && aud[0] === audience
    if (aud !== audience && !inList) {
      throw invalid('aud of the proof of possession must be this authorization server')
    }
    // Draft 07 has iss, and exp is older still.
    if (iss !== undefined && iss !== clientId) throw invalid('iss of the proof of possession must be the client_id')
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI) throw invalid('jti is missing or too long')
    if (!isInForce(jws.payload, this.clock(), maxAhead(this.haip)))
      throw invalid('the proof of possession is not in force')
    if (!isSignedBy(jws, importP256(key))) throw invalid('the proof of possession is signed by another key')
    this.#checkTime(iat, challenge)
    return () => {
      if (!this.#seen.first(`${thumbprint(key)}${jti}`)) throw invalid('the proof of possession was used before')
    }
  }

  #checkTime(iat: JsonValue | undefined, challenge: JsonValue | undefined): void {
    if (typeof iat !== 'number') throw invalid('iat of the proof of possession is missing')
    if (challenge !== undefined) {
      if (typeof challenge === 'string' && this.#challenges.check(challenge)) return
      throw new OAuthError('use_attestation_challenge', 'the challenge is unknown or expired')
    }
    const now = this.clock()
    if (iat >= Math.max(now - CLOCK_SKEW, this.#since) && iat <= now + maxAhead(this.haip)) return
    throw new OAuthError('use_attestation_challenge', 'iat is too far from the time of this server: use a challenge')
  }
}

function parse(text: string) {
  try {
    return parseJws(text, PROOF)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const reason = error.code === 'PARSE_UNSUPPORTED' ? error.message : 'it is not one well-formed JWS'
    throw invalid(`the proof of possession is refused: ${reason}`, error)
  }
}

const invalid = (description: string, cause?: unknown) =>
  new OAuthError('invalid_client_attestation', description, cause === undefined ? undefined : { cause })

/** Key proofs of type `jwt` (OpenID4VCI 1.0, Appendix F.1). */
import { importP256 } from '#crypto'
import type { P256Jwk, P256PublicKey } from '../../../lib/crypto.ts'
import { parseP256Jwk } from '../../../lib/jose/jwk.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws } from '../../../lib/jose/jws.ts'
import type { JsonValue } from '../../../lib/json.ts'
import { isJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import { OAuthError } from '../errors.ts'
import { CLOCK_SKEW, isInForce } from '../jwt-times.ts'
import type { CredentialNonces } from '../nonce/credential-nonces.ts'

const MAX_PROOFS = 32
const KEY_PROOF: JwsKind = { typ: 'openid4vci-proof+jwt', maxLength: 16_384, numbers: 'any' }

export interface ProofExpectation {
  /** The Credential Issuer Identifier. */
  readonly audience: string
  /** null: the client was anonymous, and `iss` is not checked. */
  readonly clientId: string | null
  readonly nonces: CredentialNonces
  readonly now: UnixSeconds
}

interface KeyProof {
  readonly key: P256Jwk
  readonly nonce: string
}

/**
 * Verifies all proofs of a request and returns their keys in order. The nonces of the proofs count as used afterwards;
 * several proofs of one request may have the same nonce.
 * @throws {OAuthError} invalid_proof, invalid_nonce
 */
export function verifyProofs(
  proofs: JsonValue | undefined,
  expectation: ProofExpectation,
): readonly [P256Jwk, ...P256Jwk[]] {
  if (!isJsonObject(proofs)) throw invalid('proofs is missing')
  const types = Object.keys(proofs)
  const jwts = proofs.jwt
  if (types.length !== 1 || !Array.isArray(jwts)) throw invalid('proofs must hold exactly one array, named jwt')
  if (jwts.length > MAX_PROOFS) throw invalid('too many proofs')
  const [first, ...others] = jwts.map(jwt => verifyProof(jwt, expectation))
  if (!first) throw invalid('proofs.jwt is empty')
  if (!expectation.nonces.use(new Set([first, ...others].map(({ nonce }) => nonce)))) throw invalidNonce()
  return [first.key, ...others.map(({ key }) => key)]
}

function verifyProof(jwt: JsonValue, { audience, clientId, nonces, now }: ProofExpectation): KeyProof {
  const jws = parse(jwt)
  const { header, payload } = jws
  // Some wallets send a kid together with the jwk. The jwk is used and the kid is ignored.
  if (header.x5c !== undefined || header.jwk === undefined) throw invalid('the key must be in jwk')
  const key = importKey(header.jwk)
  const { aud, iss, iat, nonce } = payload
  if (aud !== audience) throw invalid('aud must be this credential issuer')
  if (clientId !== null && iss !== undefined && iss !== clientId) throw invalid('iss must be the client_id')
  if (typeof iat !== 'number' || Math.abs(now - iat) > CLOCK_SKEW) throw invalid('iat is missing or too far from now')
  if (!isInForce(payload, now)) throw invalid('exp or nbf say that it is not in force')
  if (nonce === undefined) throw invalid('nonce is missing')
  if (!isSignedBy(jws, key)) throw invalid('the signature is wrong')
  if (typeof nonce !== 'string' || !nonces.check(nonce)) throw invalidNonce()
  return { key: key.jwk, nonce }
}

const NO_JWS = 'a proof is not a well-formed JWS'

function parse(jwt: JsonValue): Jws {
  if (typeof jwt !== 'string') throw invalid(NO_JWS)
  try {
    return parseJws(jwt, KEY_PROOF)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw invalid(error.code === 'PARSE_UNSUPPORTED' ? error.message : NO_JWS, error)
  }
}

function importKey(jwk: JsonValue): P256PublicKey {
  try {
    return importP256(parseP256Jwk(jwk))
  } catch (error) {
    throw error instanceof ParseError ? invalid('jwk must be a P-256 public key', error) : error
  }
}

const invalidNonce = () =>
  new OAuthError('invalid_nonce', 'the c_nonce is unknown, used or expired: get a new one from the nonce endpoint')

const invalid = (description: string, cause?: unknown) =>
  new OAuthError('invalid_proof', description, cause === undefined ? undefined : { cause })

/** Key proofs of the types `jwt` and `attestation` (OpenID4VCI 1.0, Appendix F.1 and F.3). */
import { KEY_STORAGES, type KeyStorage } from '../../../credential/card.ts'
import type { P256Jwk, P256PublicKey } from '../../../lib/crypto.ts'
import { parseP256Jwk } from '../../../lib/jose/jwk.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws } from '../../../lib/jose/jws.ts'
import type { JsonValue } from '../../../lib/json.ts'
import { isJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import type { WalletProviders } from '../attestation/providers.ts'
import { OAuthError } from '../errors.ts'
import type { ImportedKeys } from '../imported-keys.ts'
import { CLOCK_SKEW, isInForce, maxAhead } from '../jwt-times.ts'
import type { CredentialNonces } from '../nonce/credential-nonces.ts'
import { includesKey, type KeyAttestation, verifyKeyAttestation } from './key-attestation.ts'

const MAX_PROOFS = 32
const KEY_PROOF: JwsKind = { typ: 'openid4vci-proof+jwt', maxLength: 49_152, numbers: 'any' }

export interface ProofExpectation {
  /** The Credential Issuer Identifier. */
  readonly audience: string
  /** null: the client was anonymous, and `iss` is not checked. */
  readonly clientId: string | null
  readonly nonces: CredentialNonces
  readonly keys: ImportedKeys
  readonly now: UnixSeconds
  readonly providers: WalletProviders
  /** The provider that attested the wallet, which must then be that of the keys too; null without an attestation. */
  readonly provider: number | null
  /** Whether the keys must be attested. */
  readonly attested: boolean
  readonly minimumKeyStorage: KeyStorage
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
}

export interface ProvenKey {
  readonly jwk: P256Jwk
  /** As the key attestation states it; `software` without one. */
  readonly keyStorage: KeyStorage
  /** The organisation that attested the key; null without an attestation. */
  readonly provider: number | null
}

interface KeyProof {
  readonly key: P256PublicKey
  readonly attestation: KeyAttestation | null
  readonly nonces: readonly string[]
}

/**
 * Verifies all proofs of a request and returns the first key. The nonces of the proofs count as used afterwards; several
 * proofs of one request may have the same nonce.
 * @throws {OAuthError} invalid_proof, invalid_nonce
 * @throws {LedgerError} if the provider of a key attestation cannot be looked up
 */
export async function verifyProofs(proofs: JsonValue | undefined, expectation: ProofExpectation): Promise<ProvenKey> {
  const { nonces } = expectation
  const verified = parseProofs(proofs, expectation)
  const given = new Set(verified.flatMap(proof => proof.nonces))
  if (![...given].every(nonce => nonces.check(nonce))) throw invalidNonce()
  const keys: ProvenKey[] = []
  for (const proof of verified) keys.push(await checkAttester(proof, expectation))
  const [first] = keys
  if (!first) throw invalid('there is no proof')
  if (!nonces.use(given)) throw invalidNonce()
  return first
}

function parseProofs(proofs: JsonValue | undefined, expectation: ProofExpectation): readonly KeyProof[] {
  if (!isJsonObject(proofs)) throw invalid('proofs is missing')
  const [[type, list] = [], ...others] = Object.entries(proofs)
  if (others.length > 0 || !Array.isArray(list)) throw invalid('proofs must hold exactly one array')
  if (type === 'jwt') {
    if (list.length > MAX_PROOFS) throw invalid('too many proofs')
    return list.map(jwt => verifyJwtProof(jwt, expectation))
  }
  if (type !== 'attestation') throw invalid('the type of the proofs must be jwt or attestation')
  if (list.length !== 1) throw invalid('proofs.attestation must hold exactly one key attestation')
  const attestation = verifyKeyAttestation(list[0] as JsonValue, { ...expectation, withProof: false })
  return [{ key: attestation.keys[0], attestation, nonces: [attestation.nonce] }]
}

function verifyJwtProof(jwt: JsonValue, { audience, clientId, keys, now, haip }: ProofExpectation): KeyProof {
  const jws = parse(jwt)
  const { aud, iss, iat, nonce } = jws.payload
  if (aud !== audience) throw invalid('aud must be this credential issuer')
  if (clientId !== null && iss !== undefined && iss !== clientId) throw invalid('iss must be the client_id')
  const ahead = maxAhead(haip)
  if (typeof iat !== 'number' || iat < now - CLOCK_SKEW || iat > now + ahead) {
    throw invalid('iat is missing or too far from now')
  }
  if (!isInForce(jws.payload, now, ahead)) throw invalid('exp or nbf say that it is not in force')
  if (nonce === undefined) throw invalid('nonce is missing')
  if (typeof nonce !== 'string') throw invalidNonce()
  const given = jws.header.key_attestation
  const attestation = given === undefined ? null : verifyKeyAttestation(given, { now, haip, withProof: true })
  const key = signerOf(jws, attestation, keys)
  return { key, attestation, nonces: attestation ? [nonce, attestation.nonce] : [nonce] }
}

/** The key that signed the proof. If keys are attested, it must be one of them. */
function signerOf(jws: Jws, attestation: KeyAttestation | null, keys: ImportedKeys): P256PublicKey {
  const { x5c, jwk } = jws.header
  if (x5c !== undefined) throw invalid('the key must be in jwk or in a key attestation')
  // Some wallets send a kid together with the jwk. The jwk is used and the kid is ignored.
  if (jwk !== undefined) {
    const key = importKey(jwk, keys)
    if (!isSignedBy(jws, key)) throw invalid('the signature is wrong')
    if (attestation && !includesKey(attestation, key)) throw invalid('the key is not one of those attested')
    return key
  }
  if (!attestation) throw invalid('the key must be in jwk or in a key attestation')
  // The standard does not say how a kid names an attested key, and wallets differ.
  const key = attestation.keys.find(attested => isSignedBy(jws, attested))
  if (!key) throw invalid('it is not signed by one of the attested keys')
  return key
}

async function checkAttester(
  { key: { jwk }, attestation }: KeyProof,
  expectation: ProofExpectation,
): Promise<ProvenKey> {
  const { attested, minimumKeyStorage, providers, provider } = expectation
  const keyStorage = attestation?.keyStorage ?? 'software'
  if (!attestation && attested) throw invalid('a key attestation is required')
  if (KEY_STORAGES.indexOf(keyStorage) < KEY_STORAGES.indexOf(minimumKeyStorage)) {
    throw invalid(
      `the key storage is ${keyStorage}, and this card demands at least ${minimumKeyStorage}: use a wallet that attests it`,
    )
  }
  if (!attestation) return { jwk, keyStorage, provider: null }
  const found = await providers.admitted(attestation.attester)
  if (found === null) throw invalid('the key attestation is not signed by an admitted provider')
  if (provider !== null && found !== provider) throw invalid('another provider attested the wallet')
  return { jwk, keyStorage, provider: found }
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

function importKey(jwk: JsonValue, keys: ImportedKeys): P256PublicKey {
  try {
    return keys.get(parseP256Jwk(jwk))
  } catch (error) {
    throw error instanceof ParseError ? invalid('jwk must be a P-256 public key', error) : error
  }
}

const invalidNonce = () =>
  new OAuthError('invalid_nonce', 'the c_nonce is unknown, used or expired: get a new one from the nonce endpoint')

const invalid = (description: string, cause?: unknown) =>
  new OAuthError('invalid_proof', description, cause === undefined ? undefined : { cause })

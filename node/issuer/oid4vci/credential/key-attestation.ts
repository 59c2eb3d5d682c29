/** Key attestations (OpenID4VCI 1.0 Appendix D): a wallet provider states which keys a wallet has, and how they are kept. */
import { importP256 } from '#crypto'
import { type CardDefinition, KEY_STORAGES, type KeyStorage } from '../../../credential/card.ts'
import type { Hex } from '../../../lib/bytes.ts'
import type { P256PublicKey } from '../../../lib/crypto.ts'
import { parseP256Jwk } from '../../../lib/jose/jwk.ts'
import type { JwsKind } from '../../../lib/jose/jws.ts'
import type { JsonValue } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import { type AttesterJwt, verifyAttesterJwt } from '../attestation/attester.ts'
import type { WalletAttestation } from '../attestation/setting.ts'
import { OAuthError } from '../errors.ts'
import { maxAhead } from '../jwt-times.ts'

const KEY_ATTESTATION: JwsKind = { typ: 'key-attestation+jwt', maxLength: 32_768, numbers: 'any' }
const MAX_KEYS = 32

export const keysMustBeAttested = (card: CardDefinition, walletAttestation: WalletAttestation): boolean =>
  walletAttestation === 'required' || card.minimumKeyStorage !== 'software'

export interface KeyAttestation {
  readonly keys: readonly [P256PublicKey, ...P256PublicKey[]]
  /** Not checked yet. */
  readonly nonce: string
  /** The strongest level that is stated; `software` if none is. */
  readonly keyStorage: KeyStorage
  /** The key that signed it. Whether its organisation is admitted is not checked yet. */
  readonly attester: Hex
}

export interface KeyAttestationExpectation {
  readonly now: UnixSeconds
  /** It is in the header of a key proof, and must then say when it expires. */
  readonly withProof: boolean
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
}

/**
 * Verifies the signature and the claims.
 * @throws {OAuthError} invalid_proof
 */
export function verifyKeyAttestation(
  text: JsonValue,
  { now, withProof, haip }: KeyAttestationExpectation,
): KeyAttestation {
  const { payload, attester } = parse(text, haip)
  const { iat, exp, nbf, nonce, attested_keys, key_storage } = payload
  if (typeof iat !== 'number' || iat > now + maxAhead(haip)) throw invalid('iat is missing or in the future')
  if (exp === undefined ? withProof : typeof exp !== 'number' || now >= exp)
    throw invalid('exp is missing or has passed')
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + maxAhead(haip)))
    throw invalid('nbf is in the future')
  // This issuer has a nonce endpoint (Appendix F.1, F.3).
  if (typeof nonce !== 'string') throw invalid('nonce is missing')
  return { keys: attestedKeys(attested_keys), nonce, keyStorage: strongest(key_storage), attester }
}

function attestedKeys(value: JsonValue | undefined): KeyAttestation['keys'] {
  if (!Array.isArray(value) || value.length > MAX_KEYS) throw invalid('attested_keys is not an array, or too long')
  try {
    const [first, ...others] = value.map(jwk => importP256(parseP256Jwk(jwk)))
    if (first) return [first, ...others]
  } catch (error) {
    throw error instanceof ParseError ? invalid('attested_keys must be P-256 public keys', error) : error
  }
  throw invalid('attested_keys is empty')
}

/** Values that the standard does not define count as none. */
function strongest(stated: JsonValue | undefined): KeyStorage {
  const levels = Array.isArray(stated) ? stated.map(value => KEY_STORAGES.indexOf(value as KeyStorage)) : []
  return KEY_STORAGES[Math.max(0, ...levels)] as KeyStorage
}

function parse(text: JsonValue, haip: boolean): AttesterJwt {
  try {
    if (typeof text === 'string') return verifyAttesterJwt(text, KEY_ATTESTATION, haip)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw invalid(error.code === 'PARSE_UNSUPPORTED' ? error.message : 'it is not a JWT that its key signed', error)
  }
  throw invalid('it is not a JWT')
}

const invalid = (reason: string, cause?: unknown): OAuthError =>
  new OAuthError(
    'invalid_proof',
    `the key attestation is refused: ${reason}`,
    cause === undefined ? undefined : { cause },
  )

export const includesKey = ({ keys }: KeyAttestation, key: P256PublicKey): boolean =>
  keys.some(({ jwk }) => jwk.x === key.jwk.x && jwk.y === key.jwk.y)

import { importP256 } from '#crypto'
import type { P256Jwk } from '../../../lib/crypto.ts'
import { parseEncryptionJwk } from '../../../lib/jose/jwk.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { VerifierError } from '../../errors.ts'

/** How a wallet wants its request object encrypted. */
export interface RequestEncryption {
  readonly jwk: P256Jwk
  readonly kid: string | undefined
  readonly enc: (typeof METHODS)[number]
}

const METHODS = ['A256GCM', 'A128GCM'] as const
const MAX_KEYS = 16

/**
 * Parses the `wallet_metadata` of a wallet that fetches its request by POST (OpenID4VP 1.0 §5.10). A wallet that requires an
 * encrypted request object sends keys for that. Its other members are ignored, because every wallet of this profile
 * supports the request.
 * @returns undefined if the wallet sends no keys
 * @throws {VerifierError} VERIFIER_WALLET_METADATA, also if the request cannot be encrypted to any of the keys: it is not
 * sent in the clear then
 */
export function parseRequestEncryption(metadata: unknown): RequestEncryption | undefined {
  const { jwks, ...rest } = parse(metadata)
  if (jwks === undefined) return undefined
  const keys = isJsonObject(jwks) ? jwks.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS) {
    throw invalid(`its jwks has no list of 1 to ${MAX_KEYS} keys`)
  }
  const algorithms = rest.request_object_encryption_alg_values_supported
  if (algorithms !== undefined && !(Array.isArray(algorithms) && algorithms.includes('ECDH-ES'))) {
    throw invalid('it does not support ECDH-ES')
  }
  const enc = methodOf(rest)
  for (const key of keys as readonly JsonValue[]) {
    const jwk = encryptionKey(key)
    if (jwk) return { jwk, kid: isJsonObject(key) && typeof key.kid === 'string' ? key.kid : undefined, enc }
  }
  throw invalid('none of its keys is a P-256 key for encryption with ECDH-ES')
}

/** The member of OpenID Connect Discovery 1.0 §3, which wallets send; A128GCM if it is absent, as in §8.3. */
function methodOf({ request_object_encryption_enc_values_supported: supported }: JsonObject): RequestEncryption['enc'] {
  if (supported === undefined) return 'A128GCM'
  const found = Array.isArray(supported) ? METHODS.find(method => supported.includes(method)) : undefined
  if (!found) throw invalid('it supports neither A128GCM nor A256GCM')
  return found
}

/** Undefined for a key of another kind or for another use: a wallet may send several. */
function encryptionKey(value: JsonValue): P256Jwk | undefined {
  if (isJsonObject(value) && value.alg !== undefined && value.alg !== 'ECDH-ES') return undefined
  try {
    return importP256(parseEncryptionJwk(value)).jwk
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}

function parse(metadata: unknown): JsonObject {
  if (metadata === undefined) return {}
  try {
    if (typeof metadata === 'string') return parseJsonObject(metadata, { maxLength: 65_536, numbers: 'any' })
  } catch (error) {
    throw error instanceof ParseError ? invalid('it is not a JSON object', error) : error
  }
  throw invalid('it occurs more than once')
}

const invalid = (reason: string, cause?: unknown): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_WALLET_METADATA', reason },
    `The request cannot be sent to this wallet, because of its wallet_metadata: ${reason}. Use another wallet.`,
    { cause },
  )

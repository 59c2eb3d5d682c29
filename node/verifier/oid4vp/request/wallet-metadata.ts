import type { P256Jwk } from '../../../lib/crypto.ts'
import { type JsonObject, parseJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { VerifierError } from '../../errors.ts'
import { type ContentEncryption, contentEncryptionOf, encryptionKeyOf, keysOf } from '../encryption-key.ts'

/** How a wallet wants its request object encrypted. */
export interface RequestEncryption {
  readonly jwk: P256Jwk
  readonly kid: string | undefined
  readonly enc: ContentEncryption
}

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
  const keys = keysOf(jwks)
  if (!keys) throw invalid('its jwks has no list of 1 to 16 keys')
  const algorithms = rest.request_object_encryption_alg_values_supported
  if (algorithms !== undefined && !(Array.isArray(algorithms) && algorithms.includes('ECDH-ES'))) {
    throw invalid('it does not support ECDH-ES')
  }
  // The member of OpenID Connect Discovery 1.0 §3, which wallets send.
  const enc = contentEncryptionOf(rest.request_object_encryption_enc_values_supported)
  if (!enc) throw invalid('it supports neither A128GCM nor A256GCM')
  const key = encryptionKeyOf(keys)
  if (!key) throw invalid('none of its keys is a P-256 key for encryption with ECDH-ES')
  return { ...key, enc }
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

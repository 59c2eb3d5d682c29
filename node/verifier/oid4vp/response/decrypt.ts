import { compactDecrypt, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { fromUtf8 } from '../../../lib/bytes.ts'
import { type JsonObject, parseJsonObject } from '../../../lib/json.ts'
import { invalidResponse } from '../../errors.ts'
import { RESPONSE_ENC } from '../request/request-object.ts'
import type { ResponseKey } from '../session.ts'

/** Several cards with portraits, twice in base64. */
export const MAX_RESPONSE = 262_144

/**
 * Opens an encrypted response (OpenID4VP 1.0 §8.3). What is inside is authenticated by nothing yet.
 * @throws {VerifierError} VERIFIER_RESPONSE_INVALID
 */
export async function decryptResponse(jwe: string, key: ResponseKey): Promise<JsonObject> {
  if (jwe.length > MAX_RESPONSE) throw invalidResponse('it is longer than allowed')
  try {
    const { kid } = decodeProtectedHeader(jwe)
    if (kid !== undefined && kid !== key.kid) throw new RangeError('encrypted to another key')
    const { plaintext } = await compactDecrypt(jwe, await importJWK(key.jwk as JWK, 'ECDH-ES'), {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: [...RESPONSE_ENC],
    })
    return parseJsonObject(fromUtf8(plaintext), { maxLength: MAX_RESPONSE, maxDepth: 8, numbers: 'any' })
  } catch (cause) {
    throw invalidResponse('it is not encrypted to the key of this request', cause)
  }
}

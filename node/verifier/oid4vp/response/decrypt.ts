import { compactDecrypt, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { fromUtf8 } from '../../../lib/bytes.ts'
import { type JsonObject, parseJsonObject } from '../../../lib/json.ts'
import { wrongValue } from '../../../lib/parse-error.ts'
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
  let plaintext: Uint8Array
  try {
    const { kid } = decodeProtectedHeader(jwe)
    if (kid !== undefined && kid !== key.kid) throw wrongValue('JWE', 'encrypted to another key')
    const opened = await compactDecrypt(jwe, await importJWK(key.jwk as JWK, 'ECDH-ES'), {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: [...RESPONSE_ENC],
    })
    plaintext = opened.plaintext
  } catch (cause) {
    throw invalidResponse('it is not encrypted to the key of this request, with ECDH-ES and AES-GCM', cause)
  }
  try {
    // Deeper than an answer of ours: presentations of other formats are told as such, not as garbage.
    return parseJsonObject(fromUtf8(plaintext), { maxLength: MAX_RESPONSE, maxDepth: 32, numbers: 'any' })
  } catch (cause) {
    throw invalidResponse('what is encrypted in it is no JSON object', cause)
  }
}

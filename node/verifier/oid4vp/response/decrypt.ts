import type { JWK } from 'jose'
import { fromUtf8 } from '../../../lib/bytes.ts'
import { decryptJwe } from '../../../lib/jose/jwe.ts'
import { type JsonObject, parseJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
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
    const privateKey = { ...key.jwk, alg: 'ECDH-ES' } as JWK
    plaintext = await decryptJwe(jwe, { kid: key.kid, privateKey, methods: RESPONSE_ENC, zip: true })
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw invalidResponse('it is not encrypted to the key of this request, with ECDH-ES and AES-GCM', error)
  }
  try {
    // Deeper than an answer of ours: presentations of other formats are told as such, not as garbage.
    return parseJsonObject(fromUtf8(plaintext), { maxLength: MAX_RESPONSE, maxDepth: 32, numbers: 'any' })
  } catch (error) {
    throw error instanceof ParseError ? invalidResponse('what is encrypted in it is no JSON object', error) : error
  }
}

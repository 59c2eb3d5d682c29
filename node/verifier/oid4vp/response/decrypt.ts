import type { JWK } from 'jose'
import { fromUtf8 } from '../../../lib/bytes.ts'
import { decryptJwe } from '../../../lib/jose/jwe.ts'
import { type JsonObject, parseJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { invalidResponse } from '../../errors.ts'
import { RESPONSE_ENC } from '../request/request-object.ts'
import type { ResponseKey } from '../session.ts'

/** Enough for several cards with portraits, encoded twice in base64. */
export const MAX_RESPONSE = 262_144

/**
 * Decrypts a response (OpenID4VP 1.0 §8.3). The content is not authenticated yet.
 * @throws {VerifierError} VERIFIER_RESPONSE_INVALID
 */
export async function decryptResponse(jwe: string, key: ResponseKey): Promise<JsonObject> {
  if (jwe.length > MAX_RESPONSE) throw invalidResponse('it is longer than allowed')
  let plaintext: Uint8Array
  try {
    const privateKey = { ...key.jwk, alg: 'ECDH-ES' } as JWK
    plaintext = await decryptJwe(jwe, { kid: key.kid, privateKey, methods: RESPONSE_ENC, maxLength: MAX_RESPONSE })
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw invalidResponse('it is not encrypted to the key of this request, with ECDH-ES and AES-GCM', error)
  }
  try {
    // The depth is enough for presentations of other formats, which then get the right verdict.
    return parseJsonObject(fromUtf8(plaintext), { maxLength: MAX_RESPONSE, maxDepth: 32, numbers: 'any' })
  } catch (error) {
    throw error instanceof ParseError ? invalidResponse('its encrypted content is not a JSON object', error) : error
  }
}

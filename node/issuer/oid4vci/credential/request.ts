import { fromUtf8 } from '../../../lib/bytes.ts'
import type { JsonObject, JsonValue } from '../../../lib/json.ts'
import { parseJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { OAuthError } from '../errors.ts'
import { type Exchange, MAX_BODY, readJson } from '../exchange.ts'
import { parseResponseEncryption, type RequestKey, type ResponseEncryption } from './encryption.ts'

/** OpenID4VCI 1.0 §8.2. Unknown members are ignored. */
export interface CredentialRequest {
  readonly asked: { readonly configuration: string } | { readonly identifier: string }
  /** Not parsed yet. */
  readonly proofs: JsonValue | undefined
  readonly responseEncryption: ResponseEncryption | undefined
}

/** @throws {OAuthError} invalid_credential_request, invalid_encryption_parameters */
export async function parseCredentialRequest(exchange: Exchange, key: RequestKey): Promise<CredentialRequest> {
  const encrypted = exchange.contentType === 'application/jwt'
  const body = encrypted ? decryptedJson(await key.decrypt(plainText(exchange))) : json(exchange)
  const { credential_configuration_id: configuration, credential_identifier: identifier, proofs } = body
  const encryption = body.credential_response_encryption
  if (encryption !== undefined && !encrypted) {
    // Otherwise somebody on the network path could replace the key (§8.2).
    throw new OAuthError('invalid_encryption_parameters', 'an encrypted response needs an encrypted request')
  }
  const responseEncryption = encryption === undefined ? undefined : parseResponseEncryption(encryption)
  if (typeof configuration === 'string' && identifier === undefined) {
    return { asked: { configuration }, proofs, responseEncryption }
  }
  if (typeof identifier === 'string' && configuration === undefined) {
    return { asked: { identifier }, proofs, responseEncryption }
  }
  throw malformed('exactly one of credential_configuration_id and credential_identifier is needed')
}

function json(exchange: Exchange): JsonObject {
  try {
    return readJson(exchange)
  } catch (error) {
    throw refusedBy(error, 'the body must be one JSON object, sent as application/json or encrypted as application/jwt')
  }
}

function decryptedJson(plaintext: Uint8Array): JsonObject {
  try {
    return parseJsonObject(fromUtf8(plaintext), { maxLength: MAX_BODY, numbers: 'any' })
  } catch (error) {
    throw refusedBy(error, 'the decrypted request is not a JSON object')
  }
}

function plainText({ body }: Exchange): string {
  try {
    return fromUtf8(body)
  } catch (error) {
    throw refusedBy(error, 'the body is not text')
  }
}

const malformed = (description: string, cause?: unknown) =>
  new OAuthError('invalid_credential_request', description, cause === undefined ? undefined : { cause })

/** Only a parser's error concerns the request. Other errors are returned unchanged. */
const refusedBy = (error: unknown, description: string): unknown =>
  error instanceof ParseError ? malformed(description, error) : error

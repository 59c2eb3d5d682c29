/**
 * Encrypted credential requests and responses (OpenID4VCI 1.0 §10): JWE with ECDH-ES on P-256, compressed if the
 * wallet wants it.
 * The request key is derived from the install's master key, so that the one in the metadata survives a restart.
 * Why: docs/decisions/054.
 */
import { createECDH, createPrivateKey } from 'node:crypto'
import { importP256 } from '#crypto'
import { toBase64url } from '../../../lib/bytes.ts'
import type { P256Jwk } from '../../../lib/crypto.ts'
import { type DecryptionKey, decryptJwe, encryptJwe } from '../../../lib/jose/jwe.ts'
import { parseEncryptionJwk, thumbprint } from '../../../lib/jose/jwk.ts'
import type { JsonObject, JsonValue } from '../../../lib/json.ts'
import { isJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { derivedSecret } from '../../offers/derived-secret.ts'
import { OAuthError } from '../errors.ts'
import { MAX_BODY } from '../exchange.ts'

/** Values of `zip`. */
export const COMPRESSION = ['DEF'] as const
export const ENCRYPTION_METHODS = ['A128GCM', 'A256GCM'] as const

/** Group order of P-256 (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The encryption of the response that a wallet requests. */
export interface ResponseEncryption {
  readonly jwk: P256Jwk
  readonly kid: string | undefined
  readonly enc: string
  readonly zip: 'DEF' | undefined
}

export class RequestKey {
  /** As the metadata publishes it. */
  readonly jwk: JsonObject
  readonly #key: DecryptionKey

  constructor(master: Uint8Array) {
    // 128 bits longer than the group order, so the bias of the reduction is negligible (FIPS 186-5 A.4.1).
    const wide = derivedSecret(master, 'credential request encryption', 48)
    const scalar = (BigInt(`0x${Buffer.from(wide).toString('hex')}`) % (ORDER - 1n)) + 1n
    const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(d)
    const point = ecdh.getPublicKey()
    const jwk: P256Jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: toBase64url(point.subarray(1, 33)),
      y: toBase64url(point.subarray(33)),
    }
    this.jwk = { ...jwk, kid: thumbprint(jwk), use: 'enc', alg: 'ECDH-ES' }
    const privateKey = createPrivateKey({ key: { ...jwk, d: toBase64url(d) }, format: 'jwk' })
    this.#key = { kid: this.jwk.kid, privateKey, methods: ENCRYPTION_METHODS, maxLength: MAX_BODY }
  }

  /** @throws {OAuthError} invalid_encryption_parameters */
  async decrypt(jwe: string): Promise<Uint8Array> {
    try {
      return await decryptJwe(jwe, this.#key)
    } catch (error) {
      throw error instanceof ParseError ? invalid('the request does not decrypt with the published key', error) : error
    }
  }
}

/** @throws {OAuthError} invalid_encryption_parameters */
export function parseResponseEncryption(value: JsonValue): ResponseEncryption {
  if (!isJsonObject(value) || !isJsonObject(value.jwk)) throw invalid('credential_response_encryption needs a jwk')
  const { enc, zip, jwk } = value
  if (zip !== undefined && zip !== 'DEF') throw invalid('zip must be DEF')
  if (jwk.alg !== 'ECDH-ES') throw invalid('the alg of the jwk must be ECDH-ES')
  const method = ENCRYPTION_METHODS.find(each => each === enc)
  if (!method) throw invalid('enc must be A128GCM or A256GCM')
  try {
    return {
      // Imported here, so that a point that is not on the curve is refused before anything is issued.
      jwk: importP256(parseEncryptionJwk(jwk)).jwk,
      kid: typeof jwk.kid === 'string' ? jwk.kid : undefined,
      enc: method,
      zip,
    }
  } catch (error) {
    throw error instanceof ParseError ? invalid('the jwk must be a P-256 public key for encryption', error) : error
  }
}

export function encryptResponse(response: object, { jwk, kid, enc, zip }: ResponseEncryption): Promise<string> {
  return encryptJwe(JSON.stringify(response), { jwk, kid, enc }, { zip })
}

const invalid = (description: string, cause?: unknown) =>
  new OAuthError('invalid_encryption_parameters', description, cause === undefined ? undefined : { cause })

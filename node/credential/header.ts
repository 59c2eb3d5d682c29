import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../lib/bytes.ts'
import type { JwsKind } from '../lib/jose/jws.ts'

const CREDENTIAL_TYP = 'dc+sd-jwt'

/** For every JSON text in a credential. */
export const JSON_LIMITS = { maxLength: 65_536, maxDepth: 16 } as const

export const CREDENTIAL_JWS: JwsKind = { ...JSON_LIMITS, typ: CREDENTIAL_TYP }

/** The JOSE header of every credential that one key signs: made once, reused for each. */
export interface CredentialHeader {
  readonly bytes: Uint8Array
  /** base64url of `bytes`. */
  readonly text: string
  /** SHA-256 of `bytes`, as the leaf takes it. */
  readonly hash: Uint8Array
}

/**
 * @param x5c certificates as base64 DER, the signing key's first, the root left out (RFC 7515 §4.1.6, HAIP)
 */
export function createCredentialHeader(x5c: readonly string[]): CredentialHeader {
  return credentialHeaderFrom(utf8(JSON.stringify({ alg: 'ES256', typ: CREDENTIAL_TYP, x5c })))
}

export function credentialHeaderFrom(bytes: Uint8Array): CredentialHeader {
  return { bytes, text: toBase64url(bytes), hash: sha256(bytes) }
}

import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../lib/bytes.ts'

export const CREDENTIAL_TYP = 'dc+sd-jwt'

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
export function credentialHeader(x5c: readonly string[]): CredentialHeader {
  return headerOf(utf8(JSON.stringify({ alg: 'ES256', typ: CREDENTIAL_TYP, x5c })))
}

export function headerOf(bytes: Uint8Array): CredentialHeader {
  return { bytes, text: toBase64url(bytes), hash: sha256(bytes) }
}

import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../lib/bytes.ts'
import type { JwsKind } from '../lib/jose/jws.ts'

const CREDENTIAL_TYP = 'dc+sd-jwt'

/** Limits for every JSON text in a credential. */
export const JSON_LIMITS = { maxLength: 65_536, maxDepth: 16 } as const

export const CREDENTIAL_JWS: JwsKind = { ...JSON_LIMITS, typ: CREDENTIAL_TYP }

/** The JOSE header that all credentials of one signing key share. */
export interface CredentialHeader {
  readonly bytes: Uint8Array
  /** base64url of `bytes`. */
  readonly text: string
  /** SHA-256 of `bytes`: an input of the leaf hash. */
  readonly hash: Uint8Array
}

/** @param x5c certificates as base64 DER, the signing key's first, without the root (RFC 7515 §4.1.6, HAIP) */
export function createCredentialHeader(x5c: readonly string[]): CredentialHeader {
  return credentialHeaderFrom(utf8(JSON.stringify({ alg: 'ES256', typ: CREDENTIAL_TYP, x5c })))
}

export function credentialHeaderFrom(bytes: Uint8Array): CredentialHeader {
  return { bytes, text: toBase64url(bytes), hash: sha256(bytes) }
}

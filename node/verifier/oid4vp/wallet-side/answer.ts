/** The wallet's answer to a request (OpenID4VP 1.0 §8). */
import { encryptJwe } from '../../../lib/jose/jwe.ts'
import type { VerifiedRequest } from './verify-request.ts'

/** Presentations by the id of their credential query. */
export type VpToken = Readonly<Record<string, readonly string[]>>

/**
 * The encrypted answer (§8.3): a JWE to the key of the request.
 * @param zip compresses the content before it is encrypted (RFC 7516 §4.1.3). A verifier that says nothing of it may not
 * support it
 */
export function encryptAnswer(
  { encryption, state }: Pick<VerifiedRequest, 'encryption' | 'state'>,
  vpToken: VpToken,
  zip?: 'DEF',
): Promise<string> {
  const content = { vp_token: vpToken, ...(state !== null && { state }) }
  return encryptJwe(JSON.stringify(content), encryption, zip ? { zip } : {})
}

/** The form for `response_uri`: `response` (§8.3.1). */
export const answerForm = (jwe: string): URLSearchParams => new URLSearchParams({ response: jwe })

/**
 * The form for an error (§8.5), which is not encrypted: it contains nothing about the holder. `access_denied` for a holder
 * who declines and for one without such a card alike.
 */
export const errorForm = (error: WalletAnswerError, state: string | null): URLSearchParams =>
  new URLSearchParams({ error, ...(state !== null && { state }) })

export type WalletAnswerError =
  | 'access_denied'
  | 'invalid_request'
  | 'invalid_transaction_data'
  | 'vp_formats_not_supported'

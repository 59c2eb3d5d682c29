import { DojangError } from '../../lib/errors.ts'
import { type Reply, reply } from './exchange.ts'

/** All error codes that this issuer sends, grouped by the standard that defines them. */
export type OAuthErrorCode =
  // RFC 6749 §4.1.2.1, §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  // OAuth 2.0 Attestation-Based Client Authentication, Errors
  | 'invalid_client_attestation'
  | 'use_fresh_attestation'
  | 'use_attestation_challenge'
  // RFC 9396 §5
  | 'invalid_authorization_details'
  // RFC 9449 §5, §8
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  // RFC 6750 §3.1
  | 'invalid_token'
  | 'insufficient_scope'
  // OpenID4VCI 1.0 §8.3.1.2
  | 'invalid_credential_request'
  | 'unknown_credential_configuration'
  | 'unknown_credential_identifier'
  | 'invalid_proof'
  | 'invalid_nonce'
  | 'invalid_encryption_parameters'
  | 'credential_request_denied'
  // OpenID4VCI 1.0 §11.3
  | 'invalid_notification_id'
  | 'invalid_notification_request'

/** A request was refused because of an error of the client. */
export interface WalletRefusal {
  readonly code: 'ISSUER_REQUEST_REFUSED'
  readonly error: OAuthErrorCode
}

/** The message is sent as `error_description`: ASCII without quote or backslash, and without any part of the request. */
export class OAuthError extends DojangError<WalletRefusal> {
  override name = 'OAuthError'

  constructor(
    readonly error: OAuthErrorCode,
    description: string,
    options?: { cause?: unknown; challenge?: string },
  ) {
    super({ code: 'ISSUER_REQUEST_REFUSED', error }, description, options)
    this.challenge = options?.challenge
  }

  /** The `WWW-Authenticate` header for a request with an Authorization header. The response is then a 401. */
  readonly challenge: string | undefined
}

/** The response of the authorization server's endpoints, and for an error in a credential or notification request. */
export function errorReply(error: OAuthError, headers: Readonly<Record<string, string>> = {}): Reply {
  const { challenge } = error
  const body = { error: error.error, error_description: error.message }
  if (challenge === undefined) return reply(400, body, headers)
  return reply(401, body, { ...headers, 'WWW-Authenticate': challenge })
}

/** The response of a protected resource to an invalid access token or proof (RFC 6750 §3, RFC 9449 §7.1). */
export function challengeReply(error: OAuthError | null, headers: Readonly<Record<string, string>> = {}): Reply {
  if (!error) {
    // The client did not try to authenticate: no error code (RFC 6750 §3.1).
    return {
      status: 401,
      headers: { ...headers, 'Cache-Control': 'no-store', 'WWW-Authenticate': 'DPoP algs="ES256"' },
      body: '',
    }
  }
  const status = error.error === 'insufficient_scope' ? 403 : 401
  const challenge = `DPoP error="${error.error}", error_description="${error.message}", algs="ES256"`
  return reply(
    status,
    { error: error.error, error_description: error.message },
    { ...headers, 'WWW-Authenticate': challenge },
  )
}

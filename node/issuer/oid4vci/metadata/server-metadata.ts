import type { CardDefinition } from '../../../credential/card.ts'
import type { JsonObject } from '../../../lib/json.ts'
import type { Endpoints } from '../endpoints.ts'

export const PRE_AUTHORIZED_CODE = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** Authorization Server Metadata (RFC 8414 §2, RFC 9126 §5, RFC 9207 §3, RFC 9396 §10, RFC 9449 §5.1). */
export function serverMetadata(endpoints: Endpoints, cards: readonly CardDefinition[]): JsonObject {
  return {
    issuer: endpoints.issuer,
    authorization_endpoint: endpoints.authorize,
    pushed_authorization_request_endpoint: endpoints.par,
    require_pushed_authorization_requests: true,
    token_endpoint: endpoints.token,
    token_endpoint_auth_methods_supported: ['none'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', PRE_AUTHORIZED_CODE],
    'pre-authorized_grant_anonymous_access_supported': true,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
    authorization_details_types_supported: ['openid_credential'],
    scopes_supported: cards.map(card => card.vct),
  }
}

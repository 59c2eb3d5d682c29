import type { CardDefinition } from '../../../credential/card.ts'
import type { JsonObject } from '../../../lib/json.ts'
import type { WalletAttestation } from '../attestation/setting.ts'
import type { Endpoints } from '../endpoints.ts'

export const PRE_AUTHORIZED_CODE = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** With a proof of possession of its own, and with the DPoP proof as that proof. */
const ATTESTATION_METHODS = ['attest_jwt_client_auth', 'attest_jwt_client_auth_dpop']

/** Authorization Server Metadata (RFC 8414 §2, RFC 9126 §5, RFC 9207 §3, RFC 9396 §10, RFC 9449 §5.1, client attestation). */
export function serverMetadata(
  endpoints: Endpoints,
  cards: readonly CardDefinition[],
  walletAttestation: WalletAttestation,
): JsonObject {
  const anonymous = walletAttestation === 'accepted'
  return {
    issuer: endpoints.issuer,
    authorization_endpoint: endpoints.authorize,
    pushed_authorization_request_endpoint: endpoints.par,
    require_pushed_authorization_requests: true,
    token_endpoint: endpoints.token,
    token_endpoint_auth_methods_supported: [...(anonymous ? ['none'] : []), ...ATTESTATION_METHODS],
    client_attestation_signing_alg_values_supported: ['ES256'],
    client_attestation_pop_signing_alg_values_supported: ['ES256'],
    challenge_endpoint: endpoints.challenge,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', PRE_AUTHORIZED_CODE, 'refresh_token'],
    'pre-authorized_grant_anonymous_access_supported': anonymous,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
    authorization_details_types_supported: ['openid_credential'],
    scopes_supported: cards.map(card => card.vct),
  }
}

import type { CardDefinition, Language, Texts } from '../../../credential/card.ts'
import type { JsonObject } from '../../../lib/json.ts'
import { COMPRESSION, ENCRYPTION_METHODS } from '../credential/encryption.ts'
import type { Endpoints } from '../endpoints.ts'

const LANGUAGES: readonly Language[] = ['ko', 'en']

/**
 * Credential Issuer Metadata (OpenID4VCI 1.0 §12.2.4). It contains only members that the standard defines.
 * Why: docs/decisions/055.
 */
export function issuerMetadata(
  endpoints: Endpoints,
  authority: Texts,
  cards: readonly CardDefinition[],
  requestKey: JsonObject,
): JsonObject {
  return {
    credential_issuer: endpoints.issuer,
    credential_endpoint: endpoints.credential,
    nonce_endpoint: endpoints.nonce,
    notification_endpoint: endpoints.notification,
    credential_request_encryption: {
      jwks: { keys: [requestKey] },
      enc_values_supported: ENCRYPTION_METHODS,
      zip_values_supported: COMPRESSION,
      encryption_required: false,
    },
    credential_response_encryption: {
      alg_values_supported: ['ECDH-ES'],
      enc_values_supported: ENCRYPTION_METHODS,
      zip_values_supported: COMPRESSION,
      encryption_required: false,
    },
    display: LANGUAGES.map(locale => ({ name: authority[locale], locale })),
    credential_configurations_supported: Object.fromEntries(cards.map(card => [card.id, configuration(card)])),
  }
}

function configuration(card: CardDefinition): JsonObject {
  return {
    format: 'dc+sd-jwt',
    vct: card.vct,
    scope: card.vct,
    credential_signing_alg_values_supported: ['ES256'],
    cryptographic_binding_methods_supported: ['jwk'],
    proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
    credential_metadata: {
      display: LANGUAGES.map(locale => ({
        name: card.display.name[locale],
        description: card.display.description[locale],
        locale,
      })),
      claims: card.claims.map(claim => ({
        path: claim.path,
        mandatory: claim.required,
        display: LANGUAGES.map(locale => ({ name: claim.display[locale], locale })),
      })),
    },
  }
}

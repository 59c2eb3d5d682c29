import { type CardDefinition, KEY_STORAGES, type Language, type Texts } from '../../../credential/card.ts'
import type { JsonObject } from '../../../lib/json.ts'
import type { WalletAttestation } from '../attestation/setting.ts'
import { COMPRESSION, ENCRYPTION_METHODS } from '../credential/encryption.ts'
import { keysMustBeAttested } from '../credential/key-attestation.ts'
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
  walletAttestation: WalletAttestation,
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
    credential_configurations_supported: Object.fromEntries(
      cards.map(card => [card.id, configuration(card, walletAttestation)]),
    ),
  }
}

/** `key_attestations_required` must be absent where no key attestation is required, also with an empty value (§12.2.4). */
function proofTypes(card: CardDefinition, walletAttestation: WalletAttestation): JsonObject {
  const algorithms = { proof_signing_alg_values_supported: ['ES256'] }
  if (!keysMustBeAttested(card, walletAttestation)) return { jwt: algorithms }
  const levels = KEY_STORAGES.slice(KEY_STORAGES.indexOf(card.minimumKeyStorage))
  // `software` is not a value of the standard: a card that it suffices for has no demand on the storage.
  const required = card.minimumKeyStorage === 'software' ? {} : { key_storage: levels }
  const type = { ...algorithms, key_attestations_required: required }
  return { jwt: type, attestation: type }
}

function configuration(card: CardDefinition, walletAttestation: WalletAttestation): JsonObject {
  return {
    format: 'dc+sd-jwt',
    vct: card.vct,
    scope: card.vct,
    credential_signing_alg_values_supported: ['ES256'],
    cryptographic_binding_methods_supported: ['jwk'],
    proof_types_supported: proofTypes(card, walletAttestation),
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

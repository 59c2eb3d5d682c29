import { expect } from 'chai'
import { wellKnownPath } from '../../../../node/issuer/oid4vci/metadata/well-known.ts'
import { ownCards } from '../../../support/cards.ts'
import { makeAuthority } from './authority.ts'

/** OpenID4VCI 1.0 §12.2.4; RFC 8414 §2 and the standards that extend it. */
const ISSUER_MEMBERS = [
  'credential_issuer',
  'credential_endpoint',
  'nonce_endpoint',
  'notification_endpoint',
  'credential_request_encryption',
  'credential_response_encryption',
  'display',
  'credential_configurations_supported',
]
const CONFIGURATION_MEMBERS = [
  'format',
  'vct',
  'scope',
  'credential_signing_alg_values_supported',
  'cryptographic_binding_methods_supported',
  'proof_types_supported',
  'credential_metadata',
]

type Json = Record<string, unknown>

describe('metadata', () => {
  it('describes every card, with members of the standard only', async () => {
    const { issuerMetadata } = (await makeAuthority()).oid4vci
    expect(Object.keys(issuerMetadata)).to.have.members(ISSUER_MEMBERS)
    const configurations = issuerMetadata.credential_configurations_supported as Json
    expect(Object.keys(configurations)).to.deep.equal(ownCards.all.map(({ id }) => id))
    for (const card of ownCards.all) {
      const configuration = configurations[card.id] as Json
      expect(Object.keys(configuration)).to.have.members(CONFIGURATION_MEMBERS)
      expect(configuration).to.deep.include({
        format: 'dc+sd-jwt',
        vct: card.vct,
        scope: card.vct,
        cryptographic_binding_methods_supported: ['jwk'],
        credential_signing_alg_values_supported: ['ES256'],
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      })
      const { display, claims } = configuration.credential_metadata as { display: Json[]; claims: { path: string[] }[] }
      expect(display.map(({ locale }) => locale)).to.deep.equal(['ko', 'en'])
      // Appendix B.3: a wallet must abort if a claim is described twice.
      expect(new Set(claims.map(({ path }) => path.join('/'))).size).to.equal(card.claims.length)
    }
  })

  it('announces compression of encrypted requests and responses', async () => {
    const { issuerMetadata } = (await makeAuthority()).oid4vci
    for (const member of ['credential_request_encryption', 'credential_response_encryption']) {
      expect(issuerMetadata[member]).to.deep.include({ zip_values_supported: ['DEF'] })
    }
  })

  it('publishes a request key with kid and alg, and without its private part', async () => {
    const { issuerMetadata } = (await makeAuthority()).oid4vci
    const encryption = issuerMetadata.credential_request_encryption as { jwks: { keys: Json[] } }
    expect(Object.keys(encryption.jwks.keys[0] ?? {})).to.have.members(['kty', 'crv', 'x', 'y', 'kid', 'use', 'alg'])
    const again = (await makeAuthority()).oid4vci.issuerMetadata
    expect(again.credential_request_encryption, 'the same after a restart').to.deep.equal(encryption)
  })

  it('lists the supported features of the authorization server', async () => {
    const { serverMetadata, endpoints } = (await makeAuthority()).oid4vci
    expect(serverMetadata).to.deep.include({
      issuer: endpoints.issuer,
      grant_types_supported: [
        'authorization_code',
        'urn:ietf:params:oauth:grant-type:pre-authorized_code',
        'refresh_token',
      ],
      token_endpoint_auth_methods_supported: ['none', 'attest_jwt_client_auth', 'attest_jwt_client_auth_dpop'],
      client_attestation_signing_alg_values_supported: ['ES256'],
      client_attestation_pop_signing_alg_values_supported: ['ES256'],
      challenge_endpoint: endpoints.challenge,
      'pre-authorized_grant_anonymous_access_supported': true,
      code_challenge_methods_supported: ['S256'],
      require_pushed_authorization_requests: true,
      dpop_signing_alg_values_supported: ['ES256'],
    })
  })

  it('says that attestations are required, exactly where the setting demands them', async () => {
    const required = (await makeAuthority({ walletAttestation: 'required' })).oid4vci
    expect(required.serverMetadata).to.deep.include({
      token_endpoint_auth_methods_supported: ['attest_jwt_client_auth', 'attest_jwt_client_auth_dpop'],
      'pre-authorized_grant_anonymous_access_supported': false,
    })
    const type = { proof_signing_alg_values_supported: ['ES256'], key_attestations_required: {} }
    for (const configuration of Object.values(required.issuerMetadata.credential_configurations_supported as Json)) {
      expect(configuration).to.deep.include({ proof_types_supported: { jwt: type, attestation: type } })
    }
    // §12.2.4: the member must not be there otherwise.
    expect(JSON.stringify((await makeAuthority()).oid4vci.issuerMetadata)).to.not.contain('key_attestations_required')
  })

  it('is at the well-known path, which is inserted before the path of the issuer', () => {
    expect(wellKnownPath('https://a.example', 'x')).to.equal('/.well-known/x')
    expect(wellKnownPath('https://a.example/tenant/1', 'x')).to.equal('/.well-known/x/tenant/1')
  })
})

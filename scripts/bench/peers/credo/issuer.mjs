/**
 * An issuer made of Credo, in memory, for comparison with Dojang's. Its parent sends {card: {type, vct, claims}}: the card
 * that every wallet gets. It answers {issuer}, and then each {offers: n} with n new offers and each {cpu: true} with the CPU
 * seconds it has used. It runs until the parent disconnects.
 *
 * Plain JavaScript, because its packages are installed only for the comparison and the compiler must not need them.
 */
import { once } from 'node:events'
import { Agent, CacheModule, InMemoryLruCache, Kms } from '@credo-ts/core'
import { agentDependencies, NodeInMemoryKeyManagementStorage, NodeKeyManagementService } from '@credo-ts/node'
import { OpenId4VcModule } from '@credo-ts/openid4vc'
import express from 'express'
import { InMemoryStorage } from './storage.mjs'

const ISSUER_ID = 'credo'
const DAY = 86_400

process.once('message', async ({ card }) => {
  const app = express()
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${server.address().port}`
  const agent = await createAgent(app, origin, card)
  process.on('message', async ({ offers }) => {
    const { user, system } = process.cpuUsage()
    process.send(offers === undefined ? (user + system) / 1e6 : await createOffers(agent, card.type, offers))
  })
  process.send({ issuer: `${origin}/${ISSUER_ID}` })
})
process.once('disconnect', () => process.exit(0))

async function createAgent(app, origin, { type, vct, claims }) {
  let certificate
  const sign = ({ holderBinding }) => ({
    type: 'credentials',
    format: 'dc+sd-jwt',
    credentials: holderBinding.keys.map(holder => {
      const iat = Math.floor(Date.now() / 1000)
      const status = { status_list: { idx: 77_123, uri: `${origin}/status-lists/1` } }
      return {
        payload: { vct, iss: origin, iat, exp: iat + 3 * 365 * DAY, status, ...claims },
        holder,
        issuer: { method: 'x5c', x5c: [certificate], issuer: origin },
        disclosureFrame: { _sd: Object.keys(claims) },
      }
    }),
  })
  const agent = new Agent({
    config: { allowInsecureHttpUrls: true, autoUpdateStorageOnStartup: true },
    dependencies: agentDependencies,
    modules: {
      storage: { register: manager => manager.registerInstance(InMemoryStorage.symbol, new InMemoryStorage()) },
      cache: new CacheModule({ cache: new InMemoryLruCache({ limit: 500 }) }),
      kms: new Kms.KeyManagementModule({
        backends: [new NodeKeyManagementService(new NodeInMemoryKeyManagementStorage())],
      }),
      openid4vc: new OpenId4VcModule({
        app,
        issuer: {
          baseUrl: origin,
          dpopRequired: true,
          statefulCredentialOfferExpirationInSeconds: DAY,
          credentialRequestToCredentialMapper: sign,
          endpoints: { nonce: '/nonce', credential: '/credential', accessToken: '/token', credentialOffer: '/offers' },
        },
      }),
    },
  })
  await agent.initialize()
  const key = await agent.kms.createKey({ type: { kty: 'EC', crv: 'P-256' } })
  const authorityKey = Kms.PublicJwk.fromPublicJwk(key.publicJwk)
  certificate = await agent.x509.createCertificate({
    authorityKey,
    issuer: { commonName: 'Credo', countryName: 'KR' },
    extensions: { subjectAlternativeName: { name: [{ type: 'url', value: origin }] } },
  })
  certificate.keyId = key.keyId
  await agent.openid4vc.issuer.createIssuer({
    issuerId: ISSUER_ID,
    dpopSigningAlgValuesSupported: ['ES256'],
    accessTokenSignerKeyType: { kty: 'EC', crv: 'P-256' },
    credentialConfigurationsSupported: {
      [type]: {
        format: 'dc+sd-jwt',
        vct,
        cryptographic_binding_methods_supported: ['jwk'],
        credential_signing_alg_values_supported: ['ES256'],
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      },
    },
  })
  return agent
}

async function createOffers(agent, type, count) {
  const offers = []
  while (offers.length < count) {
    const { credentialOffer, issuanceSession } = await agent.openid4vc.issuer.createCredentialOffer({
      issuerId: ISSUER_ID,
      credentialConfigurationIds: [type],
      preAuthorizedCodeFlowConfig: { txCode: { input_mode: 'numeric', length: 6 } },
      version: 'v1',
    })
    offers.push({ url: credentialOffer, txCode: issuanceSession.userPin })
  }
  return offers
}

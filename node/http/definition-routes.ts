/** The profile, and the cards and presets of an install: what wallets, check screens and editors read. */
import type { Response, Router } from 'express'
import { cardJsonSchema } from '../credential/card-schema.ts'
import type { Cards } from '../credential/cards.ts'
import { typeMetadata } from '../credential/type-metadata.ts'
import { webhookKeys } from '../issuer/machines/webhook-signature.ts'
import type { P256Signer } from '../keys/signer.ts'
import { presetJsonSchema } from '../verifier/presets/preset-schema.ts'
import type { Presets } from '../verifier/presets/presets.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { notFound } from './problem.ts'

export interface DefinitionParts {
  readonly cards: Cards
  readonly presets: Presets
  /** The current ledger profile. */
  readonly profileFile: { readonly text: string }
  readonly custody: { readonly webhook: P256Signer }
}

export function addDefinitionRoutes(router: Router, { cards, presets, profileFile, custody }: DefinitionParts): void {
  const schemas = {
    '/card.schema.json': Buffer.from(JSON.stringify(cardJsonSchema())),
    '/preset.schema.json': Buffer.from(JSON.stringify(presetJsonSchema())),
  }
  const presetList = Buffer.from(JSON.stringify({ presets: presets.all }))
  const keys = Buffer.from(JSON.stringify(webhookKeys(custody.webhook)))
  // Pages of verifiers on other origins read these. The responses do not depend on the client.
  router.use(
    [
      ...['/.well-known/dojang-ledger', '/type-metadata'],
      ...['/card.schema.json', '/preset.schema.json', '/presets.json'],
    ],
    openToPages('GET'),
  )

  router.get('/.well-known/dojang-ledger', (_request, response) => {
    sendJwt(response.set('Cache-Control', 'max-age=60'), 'application/dojang-ledger+jwt', profileFile.text)
  })

  // SD-JWT VC §6: exactly the bytes whose hash is `vct#integrity`.
  router.get('/type-metadata/:vct', (request, response, next) => {
    const card = cards.byVct(request.params.vct)
    if (!card) return notFound(request, response, next)
    response
      .type('application/json')
      .set('Cache-Control', 'max-age=3600')
      .send(Buffer.from(typeMetadata(card).bytes))
  })

  // For editors of card definitions and presets.
  for (const [path, schema] of Object.entries(schemas)) {
    router.get(path, (_request, response) => {
      response.type('application/schema+json').set('Cache-Control', 'max-age=3600').send(schema)
    })
  }

  // The presets of this install, for check screens. They change only when the node starts.
  router.get('/presets.json', (_request, response) => {
    response.type('application/json').set('Cache-Control', 'max-age=60').send(presetList)
  })

  // RFC 7517: the key that signs webhooks.
  router.get('/webhooks/jwks.json', (_request, response) => {
    response.type('application/jwk-set+json').set('Cache-Control', 'max-age=300').send(keys)
  })

  router.all(
    [
      ...['/.well-known/dojang-ledger', '/type-metadata/:vct', '/card.schema.json', '/preset.schema.json'],
      ...['/presets.json', '/webhooks/jwks.json'],
    ],
    methodNotAllowed('GET'),
  )
}

/** Sends bytes, because Express adds a charset to a text, which these media types do not have. */
function sendJwt(response: Response, type: string, jwt: string): void {
  response.set('Content-Type', type).send(Buffer.from(jwt))
}

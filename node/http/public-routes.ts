/** The routes that everybody may use without authentication. The data is signed or provable, and none of it is personal. */
import { gzipSync } from 'node:zlib'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { cardJsonSchema } from '../credential/card-schema.ts'
import type { Cards } from '../credential/cards.ts'
import { typeMetadata } from '../credential/type-metadata.ts'
import type { Batches } from '../issuer/anchoring/batches.ts'
import { webhookKeys } from '../issuer/machines/webhook-signature.ts'
import type { P256Signer } from '../keys/signer.ts'
import type { Hex } from '../lib/bytes.ts'
import { LruCache } from '../lib/lru-cache.ts'
import type { StatusLists } from '../status/lists.ts'
import { presetJsonSchema } from '../verifier/presets/preset-schema.ts'
import type { Presets } from '../verifier/presets/presets.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { notFound, sendProblem } from './problem.ts'
import { createRouter } from './router.ts'

export interface PublicParts {
  readonly cards: Cards
  readonly presets: Presets
  /** The current ledger profile. */
  readonly profileFile: { readonly text: string }
  readonly lists: StatusLists
  readonly batches: Batches
  readonly custody: { readonly webhook: P256Signer }
}

const ListId = z.string().regex(/^[1-9]\d{0,19}$/)
const Root = z.string().regex(/^0x[0-9a-f]{64}$/)

export function publicRoutes({ cards, presets, profileFile, lists, batches, custody }: PublicParts): Router {
  const router = createRouter()
  const gzipped = new Gzipped()
  const schemas = {
    '/card.schema.json': Buffer.from(JSON.stringify(cardJsonSchema())),
    '/preset.schema.json': Buffer.from(JSON.stringify(presetJsonSchema())),
  }
  const presetList = Buffer.from(JSON.stringify({ presets: presets.all }))
  const keys = Buffer.from(JSON.stringify(webhookKeys(custody.webhook)))
  // Pages of verifiers on other origins read these. The responses do not depend on the client.
  router.use(
    [
      ...['/.well-known/dojang-ledger', '/status-lists', '/type-metadata', '/manifests'],
      ...['/card.schema.json', '/preset.schema.json', '/presets.json'],
    ],
    openToPages('GET'),
  )

  router.get('/.well-known/dojang-ledger', (_request, response) => {
    sendJwt(response.set('Cache-Control', 'max-age=60'), 'application/dojang-ledger+jwt', profileFile.text)
  })

  // Token Status List §8.1, §8.2.
  router.get('/status-lists/:list', (request, response) => {
    const { token, maxAge } = lists.token(BigInt(ListId.parse(request.params.list)))
    // §8.4: the ledger proves the statuses of another time. No list is better than a wrong one.
    if (request.query.time !== undefined) return historyNotServed(response)
    response.set('Cache-Control', `max-age=${maxAge}`).vary('Accept-Encoding')
    sendStatusList(request, response, token, gzipped)
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

  // The two parts of a batch's manifest: the public leaves, and the entries, which only auditors can decrypt.
  router.get('/manifests/:root/:half', (request, response, next) => {
    const root = Root.parse(request.params.root) as Hex
    const { half } = request.params
    const bytes = half === 'leaves' ? batches.leaves(root) : half === 'entries' ? batches.entries(root) : undefined
    if (!bytes) return notFound(request, response, next)
    const type = half === 'leaves' ? 'application/octet-stream' : 'application/jose'
    response.type(type).set('Cache-Control', 'public, max-age=31536000, immutable').send(Buffer.from(bytes))
  })

  router.all(
    [
      '/.well-known/dojang-ledger',
      '/status-lists/:list',
      '/type-metadata/:vct',
      '/manifests/:root/:half',
      '/card.schema.json',
      '/preset.schema.json',
      '/presets.json',
      '/webhooks/jwks.json',
    ],
    methodNotAllowed('GET'),
  )
  return router
}

function historyNotServed(response: Response): void {
  sendProblem(response, {
    code: 'HTTP_NO_HISTORY',
    title: 'Only the current status list is served. Omit `time`; to prove a status in the past, make an evidence file.',
  })
}

/** The list is already compressed. Gzip removes the overhead of base64url, a quarter of the size. */
function sendStatusList(request: Request, response: Response, token: string, gzipped: Gzipped): void {
  response.set('Content-Type', 'application/statuslist+jwt')
  if (request.acceptsEncodings('gzip', 'identity') !== 'gzip') return void response.send(Buffer.from(token))
  response.set('Content-Encoding', 'gzip').send(gzipped.of(token))
}

/** Each token is compressed once and sent many times. */
class Gzipped {
  readonly #cache = new LruCache<string, Buffer>(16)

  of(token: string): Buffer {
    const cached = this.#cache.get(token)
    if (cached) return cached
    const bytes = gzipSync(token)
    this.#cache.set(token, bytes)
    return bytes
  }
}

/** Sends bytes, because Express adds a charset to a text, which these media types do not have. */
function sendJwt(response: Response, type: string, jwt: string): void {
  response.set('Content-Type', type).send(Buffer.from(jwt))
}

/** The routes that everybody may use without authentication. The data is signed or provable, and none of it is personal. */
import { gzipSync } from 'node:zlib'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Batches } from '../issuer/anchoring/batches.ts'
import type { Hex } from '../lib/bytes.ts'
import { LruCache } from '../lib/lru-cache.ts'
import type { StatusLists } from '../status/lists.ts'
import { addDefinitionRoutes, type DefinitionParts } from './definition-routes.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { notFound, sendProblem } from './problem.ts'
import { createRouter } from './router.ts'

export interface PublicParts extends DefinitionParts {
  readonly lists: StatusLists
  readonly batches: Batches
}

const ListId = z.string().regex(/^[1-9]\d{0,19}$/)
const Root = z.string().regex(/^0x[0-9a-f]{64}$/)

export function publicRoutes({ lists, batches, ...definitions }: PublicParts): Router {
  const router = createRouter()
  const gzipped = new Gzipped()
  // Pages of verifiers on other origins read these. The responses do not depend on the client.
  router.use(['/status-lists', '/manifests'], openToPages('GET'))
  addDefinitionRoutes(router, definitions)

  // Token Status List §8.1, §8.2.
  router.get('/status-lists/:list', (request, response) => {
    const { token, maxAge } = lists.token(BigInt(ListId.parse(request.params.list)))
    // §8.4: the ledger proves the statuses of another time. No list is better than a wrong one.
    if (request.query.time !== undefined) return historyNotServed(response)
    response.set('Cache-Control', `max-age=${maxAge}`).vary('Accept-Encoding')
    sendStatusList(request, response, token, gzipped)
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

  router.all(['/status-lists/:list', '/manifests/:root/:half'], methodNotAllowed('GET'))
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

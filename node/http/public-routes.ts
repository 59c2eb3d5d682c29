/** What anyone may fetch, without saying who they are: all of it signed or proven elsewhere, none of it personal. */
import { type Response, Router } from 'express'
import { z } from 'zod'
import { cardByVct } from '../credential/cards/all.ts'
import { typeMetadata } from '../credential/type-metadata.ts'
import type { Batches } from '../issuer/anchoring/batches.ts'
import type { Hex } from '../lib/bytes.ts'
import type { StatusLists } from '../status/lists.ts'
import { notFound } from './problem.ts'

export interface PublicParts {
  /** The ledger profile, as it stands. */
  readonly profileFile: { readonly text: string }
  readonly lists: StatusLists
  readonly batches: Batches
}

const ListId = z.string().regex(/^[1-9]\d{0,19}$/)
const Root = z.string().regex(/^0x[0-9a-f]{64}$/)

export function publicRoutes({ profileFile, lists, batches }: PublicParts): Router {
  const router = Router()
  // A verifier's page on another origin reads these; nothing here depends on who asks.
  router.use(
    ['/.well-known/dojang-ledger', '/status-lists', '/type-metadata', '/manifests'],
    (_request, response, next) => {
      response.set('Access-Control-Allow-Origin', '*').set('Cross-Origin-Resource-Policy', 'cross-origin')
      next()
    },
  )

  router.get('/.well-known/dojang-ledger', (_request, response) => {
    sendJwt(response.set('Cache-Control', 'max-age=60'), 'application/dojang-ledger+jwt', profileFile.text)
  })

  // Token Status List §8.1.
  router.get('/status-lists/:list', (request, response) => {
    const { token, maxAge } = lists.token(BigInt(ListId.parse(request.params.list)))
    sendJwt(response.set('Cache-Control', `max-age=${maxAge}`), 'application/statuslist+jwt', token)
  })

  // SD-JWT VC §6: the bytes that `vct#integrity` is of.
  router.get('/type-metadata/:vct', (request, response, next) => {
    const card = cardByVct(request.params.vct)
    if (!card) return notFound(request, response, next)
    response
      .type('application/json')
      .set('Cache-Control', 'max-age=3600')
      .send(Buffer.from(typeMetadata(card).bytes))
  })

  // The public half of a batch's manifest, and the half only auditors can read.
  router.get('/manifests/:root/:half', (request, response, next) => {
    const root = Root.parse(request.params.root) as Hex
    const { half } = request.params
    const bytes = half === 'leaves' ? batches.leaves(root) : half === 'entries' ? batches.entries(root) : undefined
    if (!bytes) return notFound(request, response, next)
    const type = half === 'leaves' ? 'application/octet-stream' : 'application/jose'
    response.type(type).set('Cache-Control', 'public, max-age=31536000, immutable').send(Buffer.from(bytes))
  })
  return router
}

/** As bytes: a text would get a charset, which these types do not have. */
function sendJwt(response: Response, type: string, jwt: string): void {
  response.set('Content-Type', type).send(Buffer.from(jwt))
}

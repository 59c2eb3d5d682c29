/** The wallet provider of this install's own web wallet. The wallet is a page of another origin. */
import express, { type Request, type Response, type Router } from 'express'
import type { AttestationEndpoint } from '../issuer/own-wallet/attestation-endpoint.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { createRouter } from './router.ts'

/** Bytes of a request: one small JWT. */
const MAX_BODY = 16_384

/** Below the public URL. */
export const ATTESTATIONS = '/wallet-provider/attestations'

export function walletProviderRoutes(endpoint: AttestationEndpoint, bodies: BodyBudget): Router {
  const router = createRouter()
  const json = express.raw({ type: 'application/json', limit: MAX_BODY, inflate: false })
  router
    .route(ATTESTATIONS)
    .all(openToPages('POST'))
    .post(bodies.count, json, async (request: Request, response: Response) => {
      const isJson = Buffer.isBuffer(request.body)
      const { status, headers, body } = await endpoint.handle({
        contentType: isJson ? 'application/json' : '',
        body: isJson ? request.body : new Uint8Array(),
      })
      response.status(status).set(headers).send(body)
    })
    .all(methodNotAllowed('POST'))
  return router
}

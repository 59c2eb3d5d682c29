/** Where a till gets the certificate of its key, with a one-time code, or with the key that it had before. */
import express, { type Router } from 'express'
import { z } from 'zod'
import { parseP256Jwk } from '../lib/jose/jwk.ts'
import type { Tills } from '../verifier/tills/tills.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed } from './methods.ts'
import { PublicKey } from './public-key.ts'
import { createRouter } from './router.ts'

const Body = z.strictObject({ jwk: PublicKey, code: z.string().max(64).optional() })

export function tillRoutes(tills: Tills, bodies: BodyBudget): Router {
  const router = createRouter()
  router
    .route('/tills')
    .post(bodies.count, express.json({ limit: 4096 }), async (request, response) => {
      const { jwk, code } = Body.parse(request.body)
      const certified = await tills.certify(parseP256Jwk(jwk), code)
      response.status(201).set('Cache-Control', 'no-store').json(certified)
    })
    .all(methodNotAllowed('POST'))
  return router
}

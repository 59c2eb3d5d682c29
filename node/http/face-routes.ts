/** The simulated face provider of a demo. A real one answers the same request at an address of its own (docs/chip.md). */
import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import type { FacePort, FaceQuestion } from '../issuer/chip/ports.ts'
import { fromBase64url } from '../lib/bytes.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { readable } from './readable.ts'
import { createRouter } from './router.ts'

/** Below the public URL. */
export const SIMULATED_FACE = '/demo/face'

/** Two images of at most 64 kB, in base64url. */
const LIMIT = 262_144

const FaceQuestionJson = z.strictObject({
  session: z.string().regex(/^[\w-]{43}$/),
  /** In the provider's own form. */
  capture: z.string().max(LIMIT),
  portrait: z.string().min(1).max(LIMIT),
})

export function faceRoutes(face: FacePort, bodies: BodyBudget): Router {
  const router = createRouter()
  router
    .route(SIMULATED_FACE)
    .all(openToPages('POST'))
    .post(
      bodies.count,
      express.json({ limit: LIMIT, inflate: false }),
      async (request: Request, response: Response) => {
        const question = readable(() => questionOf(request))
        response.set('Cache-Control', 'no-store').json({ assertion: await face.compare(question) })
      },
    )
    .all(methodNotAllowed('POST'))
  return router
}

function questionOf({ body }: Request): FaceQuestion {
  const { session, capture, portrait } = FaceQuestionJson.parse(body)
  return { session, capture: fromBase64url(capture), portrait: fromBase64url(portrait) }
}

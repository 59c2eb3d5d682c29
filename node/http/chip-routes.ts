/**
 * The way to a card by the chip of an IC card (docs/chip.md, Issuing). A session's id authorises its document and its face;
 * only the wallet that opened the session can redeem the offer. So pages of all origins may use it.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import type { ChipReading } from '../chip/image.ts'
import type { ChipIssuing } from '../issuer/chip/chip-issuing.ts'
import { CHIP_SESSIONS, type ChipWalletEndpoints } from '../issuer/chip/wallet-endpoints.ts'
import { fromBase64url, fromUtf8 } from '../lib/bytes.ts'
import { parseJsonObject } from '../lib/json.ts'
import { limit } from './app.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { readable } from './readable.ts'
import { createRouter } from './router.ts'
import { exchangeOf, send } from './wallet-routes.ts'

export interface ChipParts {
  readonly chip: ChipIssuing
  readonly chipWallets: ChipWalletEndpoints
}

/** Sessions that one address may open in a minute. */
const SESSIONS_PER_MINUTE = 60
const SMALL = 16_384
/** A reading of files of at most 64 kB each. */
const DOCUMENT_LIMIT = 262_144

const Base64url = z.string().min(1).max(DOCUMENT_LIMIT)

/** A ChipReading. */
export const ChipDocument = z.strictObject({
  security_object: Base64url,
  data_groups: z.strictObject({
    1: Base64url,
    2: Base64url,
    11: Base64url,
    14: Base64url.optional(),
    15: Base64url,
  }),
  active_authentication: Base64url,
})

export const ChipFace = z.strictObject({ assertion: z.string().min(1).max(8192) })

export function chipRoutes({ chip, chipWallets }: ChipParts, bodies: BodyBudget): Router {
  const router = createRouter()
  // Before the body is read: a body for no session costs no memory.
  const sessionExists: RequestHandler = (request, _response, next) => {
    chip.requireSession(idOf(request))
    next()
  }
  const raw = (bytes: number) => [bodies.count, express.raw({ type: () => true, limit: bytes, inflate: false })]
  const answer = (response: Response, body: object) => response.set('Cache-Control', 'no-store').json(body)

  router
    .route(CHIP_SESSIONS)
    .all(openToPages('POST'))
    .post(limit(SESSIONS_PER_MINUTE), raw(SMALL), async (request: Request, response: Response) => {
      send(response, await chipWallets.open(exchangeOf(request)))
    })
    .all(methodNotAllowed('POST'))
  router
    .route(`${CHIP_SESSIONS}/:id/document`)
    .all(openToPages('POST'))
    .post(sessionExists, raw(DOCUMENT_LIMIT), async (request: Request, response: Response) => {
      const { attemptsLeft } = await chip.document(
        idOf(request),
        readable(() => parseReading(request)),
      )
      answer(response, { next: 'face', attempts_left: attemptsLeft })
    })
    .all(methodNotAllowed('POST'))
  router
    .route(`${CHIP_SESSIONS}/:id/face`)
    .all(openToPages('POST'))
    .post(sessionExists, raw(SMALL), async (request: Request, response: Response) => {
      const { assertion } = readable(() => ChipFace.parse(bodyOf(request, SMALL)))
      answer(response, { credential_offer: await chip.face(idOf(request), assertion) })
    })
    .all(methodNotAllowed('POST'))
  router
    .route(`${CHIP_SESSIONS}/:id/offer`)
    .all(openToPages('POST'))
    .post(raw(SMALL), async (request: Request, response: Response) => {
      send(response, await chipWallets.state(exchangeOf(request), idOf(request)))
    })
    .all(methodNotAllowed('POST'))
  return router
}

const idOf = (request: Request): string => String(request.params.id)

const bodyOf = ({ body }: Request, maxLength: number) =>
  parseJsonObject(fromUtf8(Buffer.isBuffer(body) ? body : new Uint8Array()), { maxLength, maxDepth: 3 })

/** @throws {ParseError | ZodError} */
function parseReading(request: Request): ChipReading {
  const sent = ChipDocument.parse(bodyOf(request, DOCUMENT_LIMIT))
  const groups = Object.entries(sent.data_groups).flatMap(([number, group]) =>
    group === undefined ? [] : [[Number(number), fromBase64url(group)] as const],
  )
  return {
    securityObject: fromBase64url(sent.security_object),
    dataGroups: new Map(groups),
    activeAuthentication: fromBase64url(sent.active_authentication),
  }
}

/**
 * Locking a lost phone from another browser (`/lock/sessions`), and the wallet that prepares for it (`/lock/means`). Below the
 * public URL, and called by pages of the wallet's origin. Neither uses cookies.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import type { HolderLock } from '../issuer/loss/lock/holder-lock.ts'
import type { LockPreparation } from '../issuer/loss/lock/preparation.ts'
import type { Dpop } from '../issuer/oid4vci/dpop/dpop.ts'
import { errorReply, OAuthError } from '../issuer/oid4vci/errors.ts'
import { answerWithin } from './answer-within.ts'
import type { BodyBudget } from './body-budget.ts'
import { isLoopback } from './loopback.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { Assertion, Attestation, assertionOf, attestationOf } from './operator/passkey-forms.ts'
import { createRouter } from './router.ts'

export interface LockRoutesParts {
  readonly config: { readonly publicUrl: string }
  readonly holderLock: HolderLock
  readonly lockPreparation: LockPreparation
  readonly lockDpop: Dpop
}

/** Bytes of a request: the answer of an authenticator. */
const LIMIT = 16_384

const Session = z.string().regex(/^[\w-]{43}$/)
const CardId = z.string().regex(/^[0-9a-f]{32}$/)
const Proof = z.union([
  z.strictObject({ line: z.string().min(1).max(32), passkey: Assertion }),
  z.strictObject({ code: z.string().min(1).max(256) }),
])
const Lock = z.strictObject({ session: Session, cards: z.array(CardId).min(1).max(50).optional() })
const Unlock = z.strictObject({ session: Session, card: CardId, passkey: Assertion })
const Change = z
  .strictObject({
    passkey: Attestation.optional(),
    codeHash: z.base64url().length(43).optional(),
    consent: Assertion.optional(),
  })
  .refine(({ passkey, codeHash }) => passkey !== undefined || codeHash !== undefined, 'nothing is changed')

/** Below the public URL. */
export function lockRoutes(
  { config, holderLock, lockPreparation, lockDpop }: LockRoutesParts,
  bodies: BodyBudget,
  answerWithinMs: number,
): Router {
  const router = createRouter()
  const post = (path: string, handle: (request: Request, response: Response) => Promise<unknown>) =>
    router
      .route(path)
      .all(openToPages('POST'))
      .post(bodies.count, express.json({ limit: LIMIT }), async (request, response) => {
        const answer = await handle(request, response)
        response.set('Cache-Control', 'no-store').json(answer)
      })
      .all(methodNotAllowed('POST'))

  post('/lock/challenge', () => holderLock.challenge())
  post('/lock/sessions', request => {
    const given = Proof.parse(request.body)
    const proof = 'code' in given ? given : { line: given.line, passkey: assertionOf(given.passkey) }
    return holderLock.open(proof, addressOf(request))
  })
  post('/lock/locks', (request, response) => {
    const { session, cards = null } = Lock.parse(request.body)
    return holderLock.lock(session, cards).then(done => {
      if (done.pending) response.status(202)
      return done
    })
  })
  post('/lock/unlockings', async request => {
    const { session, card, passkey } = Unlock.parse(request.body)
    return { cards: await answerWithin(answerWithinMs, holderLock.unlock(session, card, assertionOf(passkey))) }
  })

  const proved = (path: string, handle: (phone: string, request: Request) => Promise<unknown>): void => {
    const handler: RequestHandler = async (request, response) => {
      response.set('DPoP-Nonce', lockDpop.nonce())
      try {
        const phone = lockDpop.verify(request.get('dpop'), { method: 'POST', url: `${config.publicUrl}${path}` })
        const answer = await handle(phone, request)
        response.set('Cache-Control', 'no-store').json(answer)
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error
        const { status, headers, body } = errorReply(error)
        response.status(status).set(headers).send(body)
      }
    }
    router
      .route(path)
      .all(openToPages('POST'))
      .post(bodies.count, express.json({ limit: LIMIT }), handler)
      .all(methodNotAllowed('POST'))
  }
  proved('/lock/means/options', phone => lockPreparation.offer(phone))
  proved('/lock/means', (phone, request) => {
    const { passkey, codeHash, consent } = Change.parse(request.body)
    const hash = codeHash === undefined ? undefined : new Uint8Array(Buffer.from(codeHash, 'base64url'))
    return lockPreparation.change(phone, {
      passkey: passkey && attestationOf(passkey),
      codeHash: hash,
      consent: consent && assertionOf(consent),
    })
  })
  return router
}

/** Null on loopback: a proxy there limits its clients itself, as for all routes. */
function addressOf({ socket: { remoteAddress = '' } }: Request): string | null {
  return isLoopback(remoteAddress) ? null : remoteAddress
}

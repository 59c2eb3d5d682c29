/**
 * The routes of a demo's pages (web/demo/). A node that is no demo does not have them. They give a clerk's enrolment link
 * away, so they answer only the demo's own page, in a browser on the computer of the node. Why: docs/decisions/152.
 */
import express, { type Request, type RequestHandler, type Router } from 'express'
import { z } from 'zod'
import type { P256Jwk } from '../lib/crypto.ts'
import { parseP256Jwk } from '../lib/jose/jwk.ts'
import { ServerError } from './errors.ts'
import { isLoopback } from './loopback.ts'
import { methodNotAllowed } from './methods.ts'
import { OwnPage } from './operator/own-page.ts'
import { notFound } from './problem.ts'
import { PublicKey } from './public-key.ts'
import { createRouter } from './router.ts'

/** A person who was invented, and what is needed to issue a card to them at the counter. */
export interface Story {
  readonly id: string
  readonly person: { readonly id: string; readonly name: string }
  /** Of the account of a clerk: the one that was asked for, or a new one. */
  readonly clerk: string
  /** The one-time link that makes the passkey of a new account; null for an account that has one. */
  readonly enrolmentUrl: string | null
  readonly operatorUrl: string
  readonly walletUrl: string
}

export interface StoryState {
  readonly isEnrolled: boolean
  /** The newest card of the person; null before it is issued. */
  readonly card: { readonly id: string; readonly status: 'VALID' | 'INVALID' | 'SUSPENDED' } | null
}

export interface Stories {
  /** @param clerk an account that this browser used in an earlier story */
  begin(clerk: string | null): Promise<Story>
  /** Undefined if there is none with this id, for example after a restart. */
  stateOf(id: string): Promise<StoryState | undefined>
}

/** An offer for the phone of an attacker, who is a resident like everybody else. */
export interface CardOffer {
  readonly id: string
  readonly offerUrl: string
  readonly txCode: string
  /** The public URL. */
  readonly authority: string
  /** The thumbprint of the key that signs the ledger profile. */
  readonly profileKey: string
}

export interface TrialCards {
  offer(): Promise<CardOffer>
  /** Suspends the card of an offer that was made here. False if there is none with this id. */
  suspend(id: string): Promise<boolean>
  /** A card of the same person that was signed and never anchored. */
  unanchored(id: string, holder: P256Jwk): Promise<string | undefined>
}

export interface DemoRoutesParts {
  readonly stories: Stories
  readonly cards: TrialCards
}

const Begin = z.strictObject({ clerk: z.string().max(64).nullable() })
const Secret = z.strictObject({ jwk: PublicKey })
/** The longest request is a public key. */
const LIMIT = 1024

/** To be mounted at `/demo`. */
export function demoRoutes({ stories, cards }: DemoRoutesParts, publicUrl: string): Router {
  const router = createRouter()
  const own = onlyHere(new OwnPage(publicUrl))
  router
    .route('/stories')
    .post(own, express.json({ limit: LIMIT }), async (request, response) => {
      const { clerk } = Begin.parse(request.body)
      response
        .status(201)
        .set('Cache-Control', 'no-store')
        .json(await stories.begin(clerk))
    })
    .all(methodNotAllowed('POST'))
  router
    .route('/stories/:id')
    .get(own, async (request, response, next) => {
      const state = await stories.stateOf(String(request.params.id))
      if (state === undefined) return notFound(request, response, next)
      response.set('Cache-Control', 'no-store').json(state)
    })
    .all(methodNotAllowed('GET'))
  router
    .route('/cards')
    .post(own, async (_request, response) => {
      response
        .status(201)
        .set('Cache-Control', 'no-store')
        .json(await cards.offer())
    })
    .all(methodNotAllowed('POST'))
  router
    .route('/cards/:id/suspend')
    .post(own, async (request, response, next) => {
      if (!(await cards.suspend(request.params.id))) return notFound(request, response, next)
      response.status(204).end()
    })
    .all(methodNotAllowed('POST'))
  router
    .route('/cards/:id/unanchored')
    .post(own, express.json({ limit: LIMIT }), async (request, response, next) => {
      const { jwk } = Secret.parse(request.body)
      const credential = await cards.unanchored(request.params.id, parseP256Jwk(jwk))
      if (credential === undefined) return notFound(request, response, next)
      response.status(201).set('Cache-Control', 'no-store').json({ credential })
    })
    .all(methodNotAllowed('POST'))
  return router
}

function onlyHere(page: OwnPage): RequestHandler {
  return (request, _response, next) => {
    if (!isFromThisComputer(request)) {
      throw new ServerError(
        { code: 'HTTP_ORIGIN_REFUSED' },
        'The demo’s pages work only in a browser on the computer of the node. Open them there.',
      )
    }
    page.require(request)
    next()
  }
}

/** A proxy on this computer says for whom it asks. */
const isFromThisComputer = (request: Request): boolean =>
  isLoopback(request.socket.remoteAddress ?? '') && request.get('x-forwarded-for') === undefined

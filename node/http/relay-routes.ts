/** The relay for cards shown in person (verifier/relay). Pages of all origins may use it: a call contains its authorisation. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import { utf8 } from '../lib/bytes.ts'
import { RELAY_LIMIT, RELAY_WAIT } from '../verifier/in-person/relay-protocol.ts'
import type { Relay } from '../verifier/relay/relay.ts'
import type { BodyBudget } from './body-budget.ts'
import { methodNotAllowed, openToPages } from './methods.ts'
import { createRouter } from './router.ts'

const Wait = z.object({ wait: z.coerce.number().min(0).max(RELAY_WAIT).default(0) })
const Bytes = z.instanceof(Uint8Array).refine(bytes => bytes.length > 0)
/** OpenID4VP 1.0 §8.3.1, or an error (§8.5). Other members are left out. */
const Posted = z.union([
  z.object({ response: z.string().min(1).max(RELAY_LIMIT) }),
  z.object({ error: z.string().min(1).max(128), state: z.string().max(128) }),
])

export function relayRoutes(relay: Relay, bodies: BodyBudget): Router {
  const router = createRouter()
  router.use('/relay', openToPages('POST'), noStore)
  // Before the body is read: a body for no session costs no memory.
  const sessionExists: RequestHandler = (request, _response, next) => {
    relay.requireSession(idOf(request))
    next()
  }
  const body = [sessionExists, bodies.count, express.raw({ type: 'application/octet-stream', limit: RELAY_LIMIT })]
  const form = [
    sessionExists,
    bodies.count,
    express.urlencoded({ extended: false, limit: RELAY_LIMIT + 4096, parameterLimit: 8 }),
  ] // prettier-ignore

  router.post('/relay/:id/open', (request, response) => {
    relay.open(idOf(request), tokenOf(request))
    response.status(201).end()
  })

  router.post('/relay/:id/request', body, (request: Request, response: Response) => {
    const token = relay.post(idOf(request), Bytes.parse(request.body))
    response.status(201).json({ answer_token: token })
  })

  // The checker opened a session, and its request names this address as `response_uri`. A wallet posts its answer here
  // (`direct_post.jwt`).
  router.post('/relay/:id/response', form, (request: Request, response: Response) => {
    relay.post(idOf(request), utf8(new URLSearchParams(Posted.parse(request.body)).toString()))
    response.json({})
  })

  router.post('/relay/:id/request/take', async (request, response) => {
    sendBytes(response, await relay.takePosted(idOf(request), tokenOf(request), waitOf(request)))
  })

  router.post('/relay/:id/answer', body, (request: Request, response: Response) => {
    relay.answer(idOf(request), tokenOf(request), Bytes.parse(request.body))
    response.status(204).end()
  })

  router.post('/relay/:id/answer/take', async (request, response) => {
    sendBytes(response, await relay.takeAnswer(idOf(request), tokenOf(request), waitOf(request)))
  })

  router.all(
    ['open', 'request', 'response', 'request/take', 'answer', 'answer/take'].map(step => `/relay/:id/${step}`),
    methodNotAllowed('POST'),
  ) // prettier-ignore
  return router
}

/** 204 if nothing has arrived yet. */
function sendBytes(response: Response, bytes: Uint8Array | null): void {
  if (bytes === null) return void response.status(204).end()
  response.type('application/octet-stream').send(Buffer.from(bytes))
}

const idOf = (request: Request): string => String(request.params.id)
const waitOf = (request: Request): number => 1000 * Wait.parse(request.query).wait
/** RFC 6750 §2.1. A missing one is a wrong one. */
const tokenOf = (request: Request): string => /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

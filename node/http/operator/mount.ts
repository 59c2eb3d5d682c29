/** Makes a router from the table of routes: who calls, whether they may, what they sent, and then the handler. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Actor } from '../../issuer/operators/actor.ts'
import { liftBodyDeadline } from '../body-deadline.ts'
import { notFound, sendProblem } from '../problem.ts'
import { createRouter } from '../router.ts'
import type { Route } from './route.ts'

/** Who calls, as an authenticator found. */
export interface Caller {
  readonly actor: Actor
  /** Whether the operator touched their passkey within the last two minutes. Undefined for other actors. */
  readonly touched?: boolean
}

/**
 * Finds the caller by one kind of evidence: a token or a cookie. Undefined if the request has no valid one of this kind.
 * @throws {ServerError} HTTP_ORIGIN_REFUSED if a page of another origin made a browser send it
 */
export type Authenticator = (request: Request) => Promise<Caller | undefined> | Caller | undefined

export interface MountOptions {
  readonly authenticators: readonly Authenticator[]
  /** Called before a route without authentication. @throws {ServerError} HTTP_ORIGIN_REFUSED */
  readonly guardOpen: (request: Request) => void
  /** Whether each answer is compared with its schema, as tests do. */
  readonly checkAnswers?: boolean
  /** Default: those of the operators' interface. */
  readonly refusals?: Refusals
}

/** What a caller is told who may not call a route. */
export interface Refusals {
  readonly realm: string
  readonly unauthenticated: string
  readonly forbidden: string
}

const OPERATORS: Refusals = {
  realm: 'dojang operator',
  unauthenticated:
    'This route is for operators and needs a sign-in with a passkey; or, from this host, the token in ' +
    '<data>/keys/operator.token.',
  forbidden: 'Your role does not include this act. Ask somebody whose role includes it.',
}

/** For an import, whose caller is known here. */
const mayTakeLong: RequestHandler = (_request, response, next) => {
  liftBodyDeadline(response)
  next()
}

const json = ({ bodyLimit = 65_536 }: Route) => express.json({ limit: bodyLimit })

export function mountRoutes(routes: readonly Route[], options: MountOptions): Router {
  const router = createRouter()
  for (const route of routes) {
    const handlers = [
      authorise(route, options),
      parsePath(route),
      ...(route.body ? [json(route)] : []),
      ...(route.media ? [mayTakeLong] : []),
      call(route, options),
    ]
    router[route.method](expressPath(route.path), ...handlers)
  }
  // A stranger gets the same answer for routes that exist and for others.
  router.use(async (request, response, next) => {
    if (await callerOf(request, options)) return notFound(request, response, next)
    unauthenticated(response, options)
  })
  return router
}

export const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

async function callerOf(request: Request, { authenticators }: MountOptions): Promise<Caller | undefined> {
  for (const authenticate of authenticators) {
    const caller = await authenticate(request)
    if (caller) return caller
  }
  return undefined
}

function authorise({ access }: Route, options: MountOptions): RequestHandler {
  return async (request, response, next) => {
    if (!access) {
      options.guardOpen(request)
      return next()
    }
    const caller = await callerOf(request, options)
    if (!caller) return unauthenticated(response, options)
    if (!mayCall(caller.actor, access)) {
      const { forbidden } = options.refusals ?? OPERATORS
      return sendProblem(response, { code: 'HTTP_FORBIDDEN', title: forbidden })
    }
    if (access.touch && caller.touched === false) {
      return sendProblem(response, {
        code: 'HTTP_TOUCH_NEEDED',
        title: 'This act needs a touch of your passkey that is at most two minutes old. Touch it and try again.',
      })
    }
    response.locals.actor = caller.actor
    next()
  }
}

function mayCall(actor: Actor, { roles, scope, operatorsOnly }: NonNullable<Route['access']>): boolean {
  switch (actor.kind) {
    case 'operator':
      return roles.includes(actor.role)
    case 'machine':
      return scope !== null && actor.scopes.includes(scope)
    case 'local':
      return !operatorsOnly
  }
}

function unauthenticated(response: Response, { refusals = OPERATORS }: MountOptions): void {
  response.set('WWW-Authenticate', `Bearer realm="${refusals.realm}"`)
  sendProblem(response, { code: 'HTTP_UNAUTHENTICATED', title: refusals.unauthenticated })
}

function parsePath({ params }: Route): RequestHandler {
  return (request, response, next) => {
    const parsed = params.safeParse(request.params)
    if (!parsed.success) return notFound(request, response, next)
    response.locals.params = parsed.data
    next()
  }
}

function call(
  { query, body, answer, status, pendingStatus, media, handle }: Route,
  { checkAnswers }: MountOptions,
): RequestHandler {
  return async (request, response) => {
    const { actor, params } = response.locals as { actor: Actor; params: unknown }
    const parsed = { params, query: query.parse(request.query), body: body?.parse(request.body) }
    const answered = await handle({ ...parsed, actor, request, response })
    if (media) return
    if (checkAnswers) answer.parse(answered)
    const isPending = pendingStatus !== undefined && (answered as { readonly pending: boolean }).pending
    response.status(isPending ? pendingStatus : status).set('Cache-Control', 'no-store')
    if (status === 204) response.end()
    else response.json(answered)
  }
}

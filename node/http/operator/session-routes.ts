/** Sign-in with a passkey, a fresh touch, and sign-out. */
import type { Request } from 'express'
import { z } from 'zod'
import type { Accounts } from '../../issuer/operators/accounts.ts'
import { ROLES } from '../../issuer/operators/actor.ts'
import type { Operator } from '../../issuer/operators/operator.ts'
import type { Passkeys } from '../../issuer/operators/passkeys.ts'
import type { Session, Sessions } from '../../issuer/operators/sessions.ts'
import { ServerError } from '../errors.ts'
import { Assertion, assertionOf } from './passkey-forms.ts'
import { defineOpenRoute, defineRoute, type Route, UnixTime } from './route.ts'
import { clearSessionCookie, sessionSecretIn, setSessionCookie } from './session-cookie.ts'

export interface SessionParts {
  readonly accounts: Accounts
  readonly passkeys: Passkeys
  readonly sessions: Sessions
}

export const OperatorForm = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  centre: z.string().nullable(),
})

export const operatorForm = ({ id, name, role, centre }: Operator) => ({ id, name, role, centre })

const SessionForm = z.object({
  operator: OperatorForm,
  lang: z.enum(['ko', 'en']),
  expiresAt: UnixTime,
  touchedAt: UnixTime,
})
/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn. */
const Options = z.looseObject({ challenge: z.string() })
/** Any operator who is signed in. */
const SIGNED_IN = { roles: ROLES, scope: null, operatorsOnly: true } as const

export const sessionRoutes = ({ accounts, passkeys, sessions }: SessionParts): Route[] => [
  defineOpenRoute({
    method: 'post',
    path: '/session/options',
    summary: 'What a passkey has to sign for a sign-in.',
    status: 200,
    answer: Options,
    errors: [],
    handle: async () => ({ ...(await passkeys.signInOptions()) }),
  }),
  defineOpenRoute({
    method: 'post',
    path: '/session',
    summary: 'Signs in: the answer of the passkey for a session in a cookie.',
    body: Assertion,
    status: 201,
    answer: SessionForm,
    errors: ['OPERATOR_PASSKEY_REFUSED'],
    handle: async ({ body, request, response }) => {
      const signedIn = await passkeys.verifySignIn(assertionOf(body))
      const { secret, session } = await sessions.start(signedIn, sessionSecretIn(request))
      setSessionCookie(response, secret)
      return shown(session, request)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/session',
    summary: 'Who is signed in, and until when.',
    ...SIGNED_IN,
    status: 200,
    answer: SessionForm,
    errors: [],
    handle: async ({ request }) => shown(requireSession(await sessions.find(secretOf(request))), request),
  }),
  defineRoute({
    method: 'delete',
    path: '/session',
    summary: 'Signs out.',
    ...SIGNED_IN,
    status: 204,
    answer: z.undefined(),
    errors: [],
    handle: async ({ request, response }) => {
      await sessions.end(secretOf(request))
      clearSessionCookie(response)
      return undefined
    },
  }),
  defineRoute({
    method: 'post',
    path: '/session/touch/options',
    summary: 'What the passkey has to sign for a fresh touch.',
    ...SIGNED_IN,
    status: 200,
    answer: Options,
    errors: [],
    handle: async ({ actor }) => ({ ...(await passkeys.touchOptions(accounts.get(idOf(actor)))) }),
  }),
  defineRoute({
    method: 'post',
    path: '/session/touch',
    summary: 'Notes a fresh touch of the passkey. For two minutes, it is enough for the acts that need one.',
    ...SIGNED_IN,
    body: Assertion,
    status: 200,
    answer: SessionForm,
    errors: ['OPERATOR_PASSKEY_REFUSED'],
    handle: async ({ body, actor, request }) => {
      const signedIn = await passkeys.verifyTouch(accounts.get(idOf(actor)), assertionOf(body))
      return shown(requireSession(await sessions.touched(secretOf(request), signedIn)), request)
    },
  }),
]

const shown = ({ operator, expiresAt, touchedAt }: Session, request: Request) => ({
  operator: operatorForm(operator),
  lang: request.acceptsLanguages('ko', 'en') === 'en' ? ('en' as const) : ('ko' as const),
  ...{ expiresAt, touchedAt },
})

const idOf = (actor: { readonly kind: string; readonly id?: string }): string => actor.id ?? ''

/** The cookie by which the caller was found. */
const secretOf = (request: Request): string => sessionSecretIn(request) ?? ''

/** It may have ended since the caller was found. */
function requireSession(session: Session | undefined): Session {
  if (session) return session
  throw new ServerError({ code: 'HTTP_UNAUTHENTICATED' }, 'The session has ended. Sign in again.')
}

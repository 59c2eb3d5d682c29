/**
 * The table of the operator's and the machines' routes. A route is one value: it says who may call it, what it reads and
 * what it answers. The router (mount.ts) and the OpenAPI document (openapi.ts) are made from the same values, so they
 * cannot differ.
 */
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Actor, Role } from '../../issuer/operators/actor.ts'
import type { FailureCode } from '../status.ts'

type Shape = z.ZodObject
type Method = 'get' | 'post' | 'delete'

/** What a handler gets. The members are parsed, and the caller may call the route. */
export interface Call<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly actor: Actor
  /** For cookies and streams. Everything else is in the members above. */
  readonly request: Request
  readonly response: Response
}

interface Common<P extends Shape, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  readonly method: Method
  /** Below `/operator`, with placeholders as OpenAPI writes them: `/credentials/{id}`. */
  readonly path: string
  /** One sentence of the OpenAPI document. */
  readonly summary: string
  /** A value that does not parse is answered with 404: there is no such address. */
  readonly params?: P
  readonly query?: Q
  /** JSON. Without a schema, the body is not read. */
  readonly body?: B
  /** Bytes of the body; 64 kB if absent. */
  readonly bodyLimit?: number
  readonly status: number
  /** The status of an answer that is true and not yet on the ledger. Its handler says so by a member `pending`. */
  readonly pendingStatus?: 202
  readonly answer: A
  /** The codes of this route, beside those of every route. */
  readonly errors: readonly FailureCode[]
  /** A route that reads or writes no JSON. Its handler writes the response itself, and its `answer` is one line or file. */
  readonly media?: { readonly request: string; readonly answer: string }
}

type Handle<C, A extends z.ZodType> = (call: C) => Promise<z.input<A>> | z.input<A>

interface Closed {
  /** The operators who may call it. The local command line may call every route unless `operatorsOnly` is set. */
  readonly roles: readonly Role[]
  /** Machine clients with this scope may call it; null: none. */
  readonly scope: string | null
  /** For what one person decides: not for the local command line, which names nobody. */
  readonly operatorsOnly?: true
  /** The operator must have touched their passkey within the last two minutes. */
  readonly touch?: boolean
}

/** A route of the table, whatever its schemas are. */
export interface Route extends Omit<Common<Shape, z.ZodType, z.ZodType, z.ZodType>, 'params' | 'query'> {
  readonly params: Shape
  readonly query: z.ZodType
  /** Null: anyone may call it, and its handler gets no actor. */
  readonly access: Closed | null
  readonly handle: (call: Call<unknown, unknown, unknown>) => unknown
}

export function defineRoute<
  A extends z.ZodType,
  P extends Shape = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
>(
  route: Common<P, Q, B, A> & Closed & { readonly handle: Handle<Call<z.output<P>, z.output<Q>, z.output<B>>, A> },
): Route {
  const { roles, scope, operatorsOnly, touch, ...rest } = route
  const access = { roles, scope, ...(operatorsOnly && { operatorsOnly }), ...(touch && { touch }) }
  return complete(rest as unknown as Omit<Route, 'access'>, access)
}

/** A route without authentication, such as the sign-in. The handler decides about what it was sent. */
export function defineOpenRoute<
  A extends z.ZodType,
  P extends Shape = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
>(
  route: Common<P, Q, B, A> & {
    readonly handle: Handle<Omit<Call<z.output<P>, z.output<Q>, z.output<B>>, 'actor'>, A>
  },
): Route {
  return complete(route as unknown as Omit<Route, 'access'>, null)
}

/** @throws {TypeError} if the placeholders of the path and the members of `params` differ: an error of the programmer */
function complete(route: Omit<Route, 'access'>, access: Closed | null): Route {
  const { params = z.strictObject({}), query = z.object({}), method, path } = route
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  if (String(inPath.sort()) !== String(Object.keys(params.shape).sort())) {
    throw new TypeError(`${method} ${path}: the parameters are not those of the path`)
  }
  return { ...route, params, query, access }
}

/** All ids are 16 random bytes, in base64url or hex. */
export const Id = z.string().regex(/^([\w-]{22}|[0-9a-f]{32})$/)

/** A name of a card or preset. The pattern excludes personal data, which an error could otherwise repeat. */
export const Name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)

/** A centre of the roll-out policy. */
export const CentreId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)

/** The number of an organisation in the trust registry. */
export const OrganisationId = z.int().min(1).max(0xffff_ffff)

/** The organisation of a wallet provider in the trust registry. */
export const ProviderId = OrganisationId

export const Reason = z.string().min(1).max(1000)

export const UnixTime = z.number().describe('Unix seconds')

export const PersonalNumber = z.string().max(32)

/**
 * The OpenAPI document of the table of routes, with the schemas that parse the requests. Members that start with `x-` say
 * who may call a route.
 */
import { z } from 'zod'
import { ROLES } from '../../issuer/operators/actor.ts'
import { VERSION } from '../../lib/version.ts'
import { type FailureCode, statusOf } from '../status.ts'
import { defineOpenRoute, type Route } from './route.ts'

/** Codes of every route. */
const ANY: readonly FailureCode[] = ['HTTP_REQUEST_INVALID', 'HTTP_NOT_FOUND', 'HTTP_ORIGIN_REFUSED', 'HTTP_INTERNAL']
const CLOSED: readonly FailureCode[] = ['HTTP_UNAUTHENTICATED', 'HTTP_FORBIDDEN']

type Json = Readonly<Record<string, unknown>>

export interface Operation extends Json {
  readonly summary: string
  readonly 'x-roles': readonly string[] | 'anyone'
  readonly 'x-scope': string | null
  readonly 'x-touch': boolean
  readonly 'x-local': boolean
}

export interface OpenApi extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** What a document says about the whole table. */
export interface About {
  readonly title: string
  /** The path below which the routes are. */
  readonly path: string
  /** The ways to authenticate: names of `components.securitySchemes`. */
  readonly security: Readonly<Record<string, Json>>
}

const OPERATORS: About = {
  title: 'Dojang: the routes of operators and machines',
  path: '/operator',
  security: {
    session: { type: 'apiKey', in: 'cookie', name: '__Host-dojang-operator' },
    token: { type: 'http', scheme: 'bearer' },
  },
}

/** The table with the route that serves its document. */
export function withDocument(routes: readonly Route[], about: About = OPERATORS): Route[] {
  const own = defineOpenRoute({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document.',
    status: 200,
    answer: z.looseObject({ openapi: z.string() }),
    errors: [],
    handle: () => document,
  })
  const all = [...routes, own]
  const document = openApiOf(all, about)
  return all
}

export function openApiOf(routes: readonly Route[], about: About = OPERATORS): OpenApi & { readonly openapi: string } {
  const paths = new Map<string, Record<string, Operation>>()
  for (const route of routes) {
    paths.set(route.path, { ...paths.get(route.path), [route.method]: operationOf(route, about) })
  }
  return {
    openapi: '3.1.0',
    info: { title: about.title, version: VERSION },
    servers: [{ url: about.path }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: about.security,
      schemas: { Problem: problemSchema },
    },
    'x-roles': ROLES,
  }
}

const problemSchema = {
  type: 'object',
  required: ['type', 'status', 'code', 'title'],
  properties: {
    type: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    title: { type: 'string' },
    detail: { type: 'string' },
  },
}

function operationOf(route: Route, { security }: About): Operation {
  const { access, summary, params, query, body, media, status } = route
  const requestBody = bodyOf(media?.request ?? 'application/json', body)
  return {
    summary,
    security: access ? Object.keys(security).map(name => ({ [name]: [] })) : [],
    parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    ...(requestBody && { requestBody }),
    responses: {
      [status]: answerOf(route),
      ...(route.pendingStatus && {
        [route.pendingStatus]: { ...answerOf(route), description: 'Published, and not on the ledger yet.' },
      }),
      ...refusalsOf(route),
    },
    'x-roles': access ? access.roles : 'anyone',
    'x-scope': access?.scope ?? null,
    'x-touch': access?.touch ?? false,
    'x-local': !access?.operatorsOnly,
  }
}

function bodyOf(type: string, schema: z.ZodType | undefined): Json | undefined {
  if (!schema) return type === 'application/json' ? undefined : { required: true, content: { [type]: {} } }
  return { required: true, content: { [type]: { schema: jsonSchema(schema) } } }
}

function answerOf({ answer, media, status }: Route): Json {
  if (status === 204) return { description: 'Done.' }
  return { description: 'Done.', content: { [media?.answer ?? 'application/json']: { schema: jsonSchema(answer) } } }
}

function parametersOf(where: 'path' | 'query', schema: z.ZodType): Json[] {
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, value]) => ({
    ...{ name, in: where, schema: jsonSchema(value) },
    required: where === 'path' || !value.safeParse(undefined).success,
  }))
}

/** By status, the codes that a problem document can have. */
function refusalsOf({ errors, access }: Route): Json {
  const touch: readonly FailureCode[] = access?.touch ? ['HTTP_TOUCH_NEEDED'] : []
  const all = new Set<FailureCode>([...ANY, ...(access ? CLOSED : []), ...touch, ...errors])
  const byStatus = Object.entries(Object.groupBy(all, code => statusOf(code)))
  return Object.fromEntries(
    byStatus.map(([status, codes]) => [
      status,
      {
        description: (codes ?? []).join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

/** As the client writes a request and reads an answer. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

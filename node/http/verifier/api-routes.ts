/**
 * The routes for programs of a verifier, below `/verifier`: make a request, read its verdict, read the records of checks. An
 * API key opens them and nothing else. A verdict is read with the key that made the request.
 */
import type { Request, Router } from 'express'
import { z } from 'zod'
import type { Actor } from '../../issuer/operators/actor.ts'
import type { Presentations } from '../../verifier/oid4vp/presentations.ts'
import { PRESET_FILE_LIMIT, parsePreset } from '../../verifier/presets/preset-file.ts'
import type { Presets } from '../../verifier/presets/presets.ts'
import type { ApiKeys, ApiScope } from '../../verifier/service/api-keys.ts'
import type { CheckRecords } from '../../verifier/service/check-records.ts'
import { type Authenticator, mountRoutes } from '../operator/mount.ts'
import { withDocument } from '../operator/openapi.ts'
import { defineRoute, Id, Name, type Route, UnixTime } from '../operator/route.ts'
import { Wait } from '../operator/wait.ts'

export interface ApiParts {
  readonly presentations: Presentations
  readonly presets: Presets
  readonly apiKeys: ApiKeys
  readonly checkRecords: CheckRecords
}

const forScope = (scope: ApiScope) => ({ roles: [], scope })

const Verdict = z.object({ outcome: z.string(), reason: z.string().nullable() })
const Disclosed = z.object({ query: z.string().nullable(), vct: z.string(), claims: z.record(z.string(), z.unknown()) })

const Result = z.object({
  state: z.enum(['pending', 'done']),
  verdict: Verdict.optional(),
  disclosed: z
    .array(Disclosed)
    .readonly()
    .nullable()
    .optional()
    .describe('Only with the verdict `valid`, and only the first time: the service does not keep it.'),
})

const READ_ERRORS = ['VERIFIER_SESSION_UNKNOWN', 'VERIFIER_RESPONSE_CODE', 'VERIFIER_CODE_USED'] as const

export const apiTable = ({ presentations, presets, checkRecords }: ApiParts): Route[] =>
  withDocument(
    [
      defineRoute({
        method: 'post',
        path: '/requests',
        summary: 'Makes a request for a presentation: of a preset of this service, or of one in the body.',
        ...forScope('requests:create'),
        body: z.strictObject({
          preset: z
            .union([Name, z.looseObject({ id: Name })])
            .describe('its id, or the preset itself: docs/presets.md'),
          inPerson: z.boolean().optional(),
          /** One card of the preset. */
          card: Name.optional(),
          device: z.enum(['same', 'other']).optional(),
          redirectUri: z
            .string()
            .max(2048)
            .optional()
            .describe('where the wallet sends the browser of the same device, with #response_code=…'),
          returnUrl: z
            .string()
            .max(2048)
            .optional()
            .describe('makes a page for a browser, which sends it here afterwards, with #response_code=…'),
        }),
        bodyLimit: PRESET_FILE_LIMIT + 4096,
        status: 201,
        answer: z.object({ id: Id, requestUrl: z.string(), expiresAt: UnixTime, pageUrl: z.string().optional() }),
        errors: ['VERIFIER_PRESET_UNKNOWN', 'VERIFIER_PRESET_INVALID', 'VERIFIER_CONFIGURATION'],
        handle: ({ body: { preset, ...options }, actor }) => {
          const asked = typeof preset === 'string' ? preset : parsePreset(preset, 'body').preset
          return presentations.create(asked, { ...options, caller: callerOf(actor) })
        },
      }),
      defineRoute({
        method: 'get',
        path: '/requests/{id}',
        summary:
          'The verdict of a request of this key, or that there is none yet. `wait` seconds at most are waited for it. ' +
          'For a request with a redirectUri or a returnUrl, use the next route.',
        ...forScope('requests:read'),
        params: z.strictObject({ id: Id }),
        query: z.object({ wait: Wait }),
        status: 200,
        answer: Result,
        errors: READ_ERRORS,
        handle: ({ params, query, actor }) =>
          presentations.awaitVerdict(params.id, query.wait * 1000, { caller: callerOf(actor) }),
      }),
      defineRoute({
        method: 'post',
        path: '/requests/{id}/redeem',
        summary:
          'The verdict of a request with a redirectUri or a returnUrl. A response_code is exchanged once; a caller that lost the answer ' +
          'repeats it with the same `attempt`.',
        ...forScope('requests:read'),
        params: z.strictObject({ id: Id }),
        body: z.strictObject({
          response_code: z.string().max(64),
          attempt: z.string().min(8).max(128).describe('random, of the caller, and new for each browser'),
        }),
        status: 200,
        answer: Result,
        errors: READ_ERRORS,
        handle: ({ params, body: { response_code: responseCode, attempt }, actor }) =>
          presentations.awaitVerdict(params.id, 0, { caller: callerOf(actor), responseCode, attempt }),
      }),
      defineRoute({
        method: 'get',
        path: '/presets',
        summary: 'The presets of this service.',
        ...forScope('requests:create'),
        status: 200,
        answer: z.object({ presets: z.array(z.looseObject({ id: Name })) }),
        errors: [],
        handle: () => ({ presets: presets.all.map(preset => ({ ...preset })) }),
      }),
      defineRoute({
        method: 'get',
        path: '/records',
        summary: 'Signed records of checks, from a number on: compact JWS. They contain no claim.',
        ...forScope('records:read'),
        query: z.object({
          from: z.coerce.number().int().min(0).default(0),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        status: 200,
        answer: z.object({ records: z.array(z.string()).readonly(), next: z.number() }),
        errors: [],
        handle: ({ query }) => checkRecords.list(query.from, query.limit),
      }),
    ],
    {
      title: 'Dojang: the routes for verifiers',
      path: '/verifier',
      security: { apiKey: { type: 'http', scheme: 'bearer' } },
    },
  )

/** To be mounted at `/verifier`. */
export function apiRouter(parts: ApiParts, { checkAnswers = false } = {}): Router {
  return mountRoutes(apiTable(parts), {
    authenticators: [byApiKey(parts.apiKeys)],
    // Whoever may read the document learns nothing by it.
    guardOpen: () => undefined,
    checkAnswers,
    refusals: {
      realm: 'dojang verifier',
      unauthenticated: 'This route needs an API key of this verifier: Authorization: Bearer <key>.',
      forbidden: 'The scopes of this API key do not include this route. Use another key.',
    },
  })
}

const byApiKey =
  (keys: ApiKeys): Authenticator =>
  (request: Request) => {
    const [, text] = /^Bearer ([\w.-]{1,128})$/i.exec(request.get('authorization') ?? '') ?? []
    const key = text === undefined ? undefined : keys.find(text)
    return key && { actor: { kind: 'machine', id: key.id, scopes: key.scopes } }
  }

/** Only keys get here (`byApiKey`). */
function callerOf(actor: Actor): string {
  if (actor.kind !== 'machine') throw new TypeError('a caller without an API key')
  return actor.id
}

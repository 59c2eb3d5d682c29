/** Checks of a card that an operator asks for. */
import { z } from 'zod'
import type { Presentations } from '../../verifier/oid4vp/presentations.ts'
import { defineRoute, Id, Name, type Route, UnixTime } from './route.ts'
import { Wait } from './wait.ts'

export interface PresentationsParts {
  readonly presentations: Presentations
}

export const presentationsRoutes = ({ presentations }: PresentationsParts): Route[] => [
  defineRoute({
    method: 'post',
    path: '/presentations',
    summary: 'Makes a request for a presentation, of a preset.',
    roles: ['clerk', 'supervisor'],
    scope: null,
    body: z.object({
      preset: Name,
      inPerson: z.boolean().optional(),
      /** The URL to which the wallet redirects the browser of the same device (OpenID4VP §8.2). */
      redirectUri: z.string().max(2048).optional(),
      device: z.enum(['same', 'other']).optional(),
      /** One card of the preset. */
      card: Name.optional(),
    }),
    status: 201,
    answer: z.object({ id: Id, requestUrl: z.string(), expiresAt: UnixTime }),
    errors: ['VERIFIER_PRESET_UNKNOWN', 'VERIFIER_CONFIGURATION'],
    handle: ({ body: { preset, ...options } }) => presentations.create(preset, options),
  }),
  defineRoute({
    method: 'get',
    path: '/presentations/{id}',
    summary: 'The verdict of a presentation, or that there is none yet. `wait` seconds at most are waited for it.',
    roles: ['clerk', 'supervisor'],
    scope: null,
    params: z.strictObject({ id: Id }),
    query: z.object({ wait: Wait, response_code: z.string().max(64).optional() }),
    status: 200,
    answer: z.object({
      state: z.enum(['pending', 'done']),
      verdict: z.object({ outcome: z.string(), reason: z.string().nullable() }).optional(),
    }),
    errors: ['VERIFIER_SESSION_UNKNOWN', 'VERIFIER_SESSION_EXPIRED', 'VERIFIER_RESPONSE_CODE'],
    handle: ({ params, query }) =>
      presentations.awaitVerdict(params.id, query.wait * 1000, { responseCode: query.response_code }),
  }),
]

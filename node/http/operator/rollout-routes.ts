/** The roll-out policy: what is in force, and another one. */
import { z } from 'zod'
import { byOf } from '../../issuer/operators/actor.ts'
import type { Rollout } from '../../issuer/rollout/rollout.ts'
import { defineRoute, type Route } from './route.ts'

export interface RolloutParts {
  readonly rollout: Rollout
}

/** Characters. A policy that names every municipality and centre of the country has about half of that. */
const LARGEST = 2 ** 20

export const rolloutRoutes = ({ rollout }: RolloutParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/rollout',
    summary: 'The roll-out policy in force; null if everything is allowed everywhere.',
    roles: ['administrator', 'supervisor', 'clerk', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({ policy: z.unknown() }),
    errors: [],
    handle: () => ({ policy: rollout.policy }),
  }),
  defineRoute({
    method: 'post',
    path: '/rollout',
    summary: 'Puts a roll-out policy into force.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    body: z.object({ file: z.string().max(LARGEST) }),
    bodyLimit: 2 * LARGEST,
    status: 200,
    answer: z.object({ policy: z.unknown() }),
    errors: ['ISSUER_ROLLOUT_INVALID'],
    handle: async ({ body, actor }) => ({ policy: await rollout.set(body.file, byOf(actor)) }),
  }),
]

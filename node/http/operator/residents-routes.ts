/** The register: import and erasure. */
import { z } from 'zod'
import type { Cards } from '../../credential/cards.ts'
import type { Counter } from '../../issuer/counter.ts'
import type { Erasure } from '../../issuer/erasure.ts'
import { byOf } from '../../issuer/operators/actor.ts'
import type { Clock } from '../../lib/time.ts'
import { importResidents } from '../../residents/csv/import.ts'
import type { Register } from '../../residents/register.ts'
import { CSV_IMPORT, streamImport } from './import-stream.ts'
import { defineRoute, PersonalNumber, type Route } from './route.ts'

export interface ResidentsParts {
  readonly cards: Cards
  readonly residents: Register
  readonly counter: Counter
  readonly erasure: Erasure
  readonly clock: Clock
}

export const residentsRoutes = (parts: ResidentsParts): Route[] => [
  defineRoute({
    method: 'post',
    path: '/residents/import',
    summary: 'Imports the register from a CSV file. Answers in lines: progress after each commit, then the report.',
    roles: ['administrator'],
    scope: null,
    ...CSV_IMPORT,
    errors: [
      'RESIDENTS_CHARSET',
      'RESIDENTS_HEADER',
      'RESIDENTS_EMPTY',
      'RESIDENTS_TOO_MANY_ROWS',
      'RESIDENTS_REGISTER_ELSEWHERE',
    ],
    handle: ({ request, response }) =>
      streamImport(response, options =>
        importResidents(request, parts.residents, {
          ...options,
          now: parts.clock(),
          columns: parts.cards.columns,
        }),
      ),
  }),
  defineRoute({
    method: 'post',
    path: '/residents/erase',
    summary: 'Erases a person of whom no credential is in force.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    body: z.object({ personalNumber: PersonalNumber }),
    status: 200,
    answer: z.object({ erased: z.literal(true) }),
    errors: ['ISSUER_PERSON_UNKNOWN', 'ISSUER_CREDENTIALS_IN_FORCE'],
    handle: async ({ body, actor }) => {
      await parts.erasure.erase(await parts.counter.find(body.personalNumber), byOf(actor))
      return { erased: true as const }
    },
  }),
]

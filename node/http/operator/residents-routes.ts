/** The register: import and erasure. */
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Cards } from '../../credential/cards.ts'
import type { Counter } from '../../issuer/counter.ts'
import type { Erasure } from '../../issuer/erasure.ts'
import { byOf } from '../../issuer/operators/actor.ts'
import type { Clock } from '../../lib/time.ts'
import { importResidents } from '../../residents/csv/import.ts'
import type { Register } from '../../residents/register.ts'
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
    media: { request: 'text/csv', answer: 'application/x-ndjson' },
    status: 200,
    answer: z.union([
      z.object({ progress: z.object({ rows: z.int() }) }),
      z.object({ report: z.object({ rows: z.int(), rejectedTotal: z.int() }) }),
    ]),
    errors: [
      'RESIDENTS_CHARSET',
      'RESIDENTS_HEADER',
      'RESIDENTS_EMPTY',
      'RESIDENTS_TOO_MANY_ROWS',
      'RESIDENTS_REGISTER_ELSEWHERE',
    ],
    handle: ({ request, response }) => importStream(request, response, parts),
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

/** If the report is missing, the import was interrupted. The rows reported as progress are stored, and it can run again. */
async function importStream(
  request: Request,
  response: Response,
  { residents, cards, clock }: ResidentsParts,
): Promise<never> {
  const write = (line: unknown) => response.write(`${JSON.stringify(line)}\n`)
  response.type('application/x-ndjson').set('Cache-Control', 'no-store')
  const onProgress = (progress: unknown) => void write({ progress })
  const report = await importResidents(request, residents, { now: clock(), columns: cards.columns, onProgress })
  write({ report })
  response.end()
  return undefined as never
}

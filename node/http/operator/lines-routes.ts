/** The telephone lines of the register's people: import. */
import type { Config } from '../../config/schema.ts'
import type { Random } from '../../lib/random.ts'
import { ResidentsError } from '../../residents/errors.ts'
import { importLines } from '../../residents/lines/import.ts'
import type { Register } from '../../residents/register.ts'
import { CSV_IMPORT, streamImport } from './import-stream.ts'
import { defineRoute, type Route } from './route.ts'

export interface LinesParts {
  readonly config: Pick<Config, 'lines'>
  readonly residents: Register
  readonly random: Random
}

export const linesRoutes = ({ config, residents, random }: LinesParts): Route[] => [
  defineRoute({
    method: 'post',
    path: '/lines/import',
    summary:
      'Imports from a CSV file whose each telephone line is. Answers in lines: progress after each commit, then the report.',
    roles: ['administrator'],
    scope: null,
    ...CSV_IMPORT,
    errors: [
      'RESIDENTS_CHARSET',
      'RESIDENTS_HEADER',
      'RESIDENTS_EMPTY',
      'RESIDENTS_TOO_MANY_ROWS',
      'RESIDENTS_REGISTER_UNAVAILABLE',
      'RESIDENTS_REGISTER_ANSWER',
      'RESIDENTS_REGISTER_INCONSISTENT',
      'RESIDENTS_LINES_ELSEWHERE',
      'STORE_PERSON_ERASED',
    ],
    handle: ({ request, response }) => {
      if (config.lines.kind !== 'csv') throw elsewhere()
      return streamImport(response, options =>
        importLines(request, { ...options, lines: residents.lines, residents, random }),
      )
    },
  }),
]

const elsewhere = () =>
  new ResidentsError(
    { code: 'RESIDENTS_LINES_ELSEWHERE' },
    'A telecom is asked whose a line is (`lines` in config.json), so nothing can be imported. Nothing was stored.',
  )

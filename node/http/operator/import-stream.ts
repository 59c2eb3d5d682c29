import type { Response } from 'express'
import { z } from 'zod'
import type { ImportOptions, ImportReport } from '../../residents/csv/import-rows.ts'

/** The answer of a route that imports a CSV file: lines with the progress after each commit, then one with the report. */
export const CSV_IMPORT = {
  media: { request: 'text/csv', answer: 'application/x-ndjson' },
  status: 200,
  answer: z.union([
    z.object({ progress: z.object({ rows: z.int() }) }),
    z.object({ report: z.object({ rows: z.int(), rejectedTotal: z.int() }) }),
  ]),
} as const

/** If the report is missing, the import was interrupted. The rows reported as progress are stored, and it can run again. */
export async function streamImport(
  response: Response,
  run: (options: Required<Pick<ImportOptions, 'onProgress'>>) => Promise<ImportReport>,
): Promise<never> {
  const write = (line: unknown) => response.write(`${JSON.stringify(line)}\n`)
  response.type('application/x-ndjson').set('Cache-Control', 'no-store')
  const report = await run({ onProgress: progress => void write({ progress }) })
  write({ report })
  response.end()
  return undefined as never
}

/** The journal: its entries for people, and all of it for a check. */
import { once } from 'node:events'
import type { Response } from 'express'
import { z } from 'zod'
import { readEntries, readSummary } from '../../issuer/journal/check/content.ts'
import { readAnchors, readDays } from '../../issuer/journal/stored-days.ts'
import type { Journal, JournalEntry } from '../../issuer/journal.ts'
import { toBase64url } from '../../lib/bytes.ts'
import { readHead } from '../../store/journal-chain.ts'
import { defineRoute, type Route, UnixTime } from './route.ts'

export interface JournalParts {
  readonly journal: Journal
}

/** Entries in one answer. */
const SHOWN = 100
const DayAnchor = z.object({ block: z.int().nullable(), time: UnixTime.nullable() })
const Day = z.object({
  day: z.string(),
  first: z.int(),
  last: z.int().nullable().describe('null while the day is not over'),
  root: z.string().nullable(),
  anchored: DayAnchor.nullable().describe('null while the ledger does not have the root'),
})
const Entry = z.looseObject({ number: z.int(), day: z.string(), at: UnixTime, event: z.string() })
const Line = z.union([
  z.object({ summary: z.looseObject({ count: z.int() }) }),
  z.object({ entry: z.tuple([z.int(), z.string().nullable(), z.string().nullable()]) }),
  z.object({ complete: z.literal(true) }),
])

export const journalRoutes = ({ journal }: JournalParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/journal',
    summary: 'The newest entries of the journal, newest first, with the days that they belong to.',
    roles: ['administrator', 'supervisor', 'auditor'],
    scope: null,
    query: z.object({ before: z.coerce.number().int().nonnegative().optional().describe('a number of an entry') }),
    status: 200,
    answer: z.object({ entries: z.array(Entry), days: z.array(Day) }),
    errors: [],
    handle: async ({ query }) => {
      const { store } = journal
      const until = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, readHead(store).count)
      const entries: [number, JournalEntry][] = []
      for (let number = until - 1; number >= Math.max(0, until - SHOWN); number--) {
        const entry = journal.get(number)
        if (entry) entries.push([number, entry])
      }
      const oldest = entries.at(-1)?.[0] ?? until
      const days = (await readDays(store)).filter(
        ({ first, last }) => first < until && (last === null || last >= oldest),
      )
      const anchors = await readAnchors(store)
      return {
        entries: entries.map(([number, entry]) => {
          const day = days.findLast(({ first }) => first <= number)?.day ?? ''
          return { ...entry, number, day }
        }),
        days: days.toReversed().map(range => {
          const anchor = anchors.get(range.day)
          const anchored = anchor?.state === 'anchored' ? { block: anchor.block, time: anchor.time } : null
          return { ...range, root: anchor?.root ?? null, anchored }
        }),
      }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/journal/content',
    summary: 'All of the journal as it is stored, in JSON lines, for whoever proves it against the ledger.',
    roles: ['auditor'],
    scope: null,
    status: 200,
    media: { request: 'application/json', answer: 'application/x-ndjson' },
    answer: Line,
    errors: [],
    handle: ({ response }) => streamContent(journal, response),
  }),
]

/** Writes no faster than the client reads. If the last line is missing, the answer was interrupted. */
async function streamContent({ store }: Journal, response: Response): Promise<never> {
  response.type('application/x-ndjson').set('Cache-Control', 'no-store')
  const write = async (line: z.input<typeof Line>) => {
    if (!response.write(`${JSON.stringify(line)}\n`) && !response.destroyed) {
      await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
  }
  const summary = await readSummary(store)
  await write({ summary: { ...summary } })
  const text = (bytes: Uint8Array | null) => bytes && toBase64url(bytes)
  for await (const { number, bytes, hash } of readEntries(store, summary.count)) {
    if (response.destroyed) break
    await write({ entry: [number, text(bytes), text(hash)] })
  }
  await write({ complete: true })
  response.end()
  return undefined as never
}

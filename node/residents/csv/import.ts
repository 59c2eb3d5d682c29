/**
 * Imports a CSV file into the register. Valid rows are stored; the others are listed with line and reason. Rows are
 * committed in groups, so an interrupted import can be run again: rows that are already stored do not change. The memory
 * used grows with the number of rows (one number each, to find duplicates), not with their size.
 */

import type { ColumnDefinition } from '../../credential/card.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { ResidentsError } from '../errors.ts'
import type { ResidentStore } from '../register.ts'
import { type Charset, decode, detectCharset, isUtf8InCp949File } from './charset.ts'
import { type Header, namedBuiltIn, parseHeader } from './columns.ts'
import { readLines, splitHead } from './lines.ts'
import { type Rejection, type RejectionReason, rejection } from './reasons.ts'
import { readRecords } from './records.ts'
import { parseRow } from './row.ts'

export interface ImportReport {
  readonly charset: Charset
  /** Rows that are not blank; added + changed + unchanged + rejectedTotal. */
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly rejectedTotal: number
  readonly rejectedByReason: Readonly<Partial<Record<RejectionReason, number>>>
  /** The first `MAX_LISTED` rejected rows, in file order. */
  readonly rejected: readonly Rejection[]
  /** Positions of ignored columns, from 1. */
  readonly ignoredColumns: readonly number[]
}

export interface ImportOptions {
  /** A birthdate after the date in Korea at this time is rejected. */
  readonly now: UnixSeconds
  /** Those that the cards of the install add to the register. */
  readonly columns: readonly ColumnDefinition[]
  /** Called after each commit with the numbers of rows on disk. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Rows per commit. */
  readonly commitEvery?: number
}
export type ImportProgress = Pick<ImportReport, 'rows' | 'added' | 'changed' | 'unchanged' | 'rejectedTotal'>

const MAX_LISTED = 10_000
const MAX_ROWS = 10_000_000
/** The largest value of a row is a portrait, at most 5,464 bytes in base64. */
const MAX_LINE_BYTES = 16_384
const HEAD_BYTES = 262_144

/**
 * @param source the file's bytes; stays open when this throws, because the request still needs its response
 * @throws {ResidentsError} RESIDENTS_CHARSET, RESIDENTS_HEADER, RESIDENTS_EMPTY, RESIDENTS_TOO_MANY_ROWS
 * @throws {StoreError} STORE_IO; rows of earlier commits stay
 */
export async function importResidents(
  source: AsyncIterable<Uint8Array>,
  register: ResidentStore,
  { now, columns, onProgress, commitEvery = 500 }: ImportOptions,
): Promise<ImportReport> {
  const { head, rest } = await splitHead(source, HEAD_BYTES)
  const { charset, skip } = detectCharset(head)
  const today = koreanDate(now)
  const counter = new ImportCounter()
  const firstLine = new Map<number, number>()
  let header: Header | undefined
  let batch: ResidentFacts[] = []

  const commit = async () => {
    for (const outcome of await register.store(batch)) counter[outcome] += 1
    batch = []
    onProgress?.(counter.progress())
  }

  for await (const record of readRecords(readLines(head.subarray(skip), rest, MAX_LINE_BYTES))) {
    const { line } = record
    if (!('fields' in record)) {
      // A first line that cannot be split into cells has no column names.
      if (!header) header = parseHeader([], columns)
      counter.reject(rejection(line, record.problem))
      continue
    }
    if (record.fields.every(field => field.trim() === '')) continue
    if (!header) {
      header = parseHeader(
        record.fields.map(field => decode(field, charset) ?? ''),
        columns,
      )
      continue
    }
    const cells = record.fields.map(field => decode(field, charset))
    if (!cells.every(cell => cell !== undefined) || isUtf8InCp949File(record.fields.join(','), charset)) {
      counter.reject(rejection(line, 'wrong_charset'))
      continue
    }
    if (cells.length !== header.width) {
      counter.reject(rejection(line, 'column_count'))
      continue
    }
    const row = parseRow(cells, header, today)
    if (!('facts' in row)) {
      counter.reject(rejection(line, row.reason, { column: row.column }))
      continue
    }
    const key = Number(row.facts.personalNumber.replace('-', ''))
    const first = firstLine.get(key)
    if (first !== undefined) {
      counter.reject(rejection(line, 'duplicate', { column: namedBuiltIn('personal_number'), firstLine: first }))
      continue
    }
    if (firstLine.size >= MAX_ROWS) {
      throw new ResidentsError(
        { code: 'RESIDENTS_TOO_MANY_ROWS', limit: MAX_ROWS },
        `The file has more than ${MAX_ROWS} residents. Split it, for example by municipality.`,
      )
    }
    firstLine.set(key, line)
    batch.push(row.facts)
    if (batch.length >= commitEvery) await commit()
  }
  if (!header) {
    throw new ResidentsError(
      { code: 'RESIDENTS_EMPTY' },
      'The file is empty. Its first line must contain the column names.',
    )
  }
  await commit()
  return { charset, ...counter.progress(), ...counter.rejections(), ignoredColumns: header.ignored }
}

/** Counts the rows of an import by outcome, and lists the rejected ones. */
class ImportCounter {
  added = 0
  changed = 0
  unchanged = 0
  #total = 0
  readonly #listed: Rejection[] = []
  readonly #byReason: Partial<Record<RejectionReason, number>> = {}

  reject(rejected: Rejection): void {
    this.#total += 1
    this.#byReason[rejected.reason] = (this.#byReason[rejected.reason] ?? 0) + 1
    if (this.#listed.length < MAX_LISTED) this.#listed.push(rejected)
  }

  progress(): ImportProgress {
    const { added, changed, unchanged } = this
    const rows = added + changed + unchanged + this.#total
    return { rows, added, changed, unchanged, rejectedTotal: this.#total }
  }

  rejections(): Pick<ImportReport, 'rejected' | 'rejectedByReason'> {
    return { rejected: this.#listed, rejectedByReason: this.#byReason }
  }
}

/**
 * Imports the rows of a CSV file. Valid rows are stored; the others are listed with line and reason. Rows are committed in
 * groups, so an interrupted import can be run again: rows that are already stored do not change. The memory used grows with
 * the number of rows (one key each, to find duplicates), not with their size.
 */
import { ResidentsError } from '../errors.ts'
import type { StoreOutcome } from '../store-outcome.ts'
import { type Charset, decode, detectCharset, isUtf8InCp949File } from './charset.ts'
import type { NamedColumn } from './columns.ts'
import { readLines, splitHead } from './lines.ts'
import { type Rejection, type RejectionReason, rejection } from './reasons.ts'
import { readRecords } from './records.ts'

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
  /** Called after each commit with the numbers of rows on disk. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Rows per commit. */
  readonly commitEvery?: number
}
export type ImportProgress = Pick<ImportReport, 'rows' | 'added' | 'changed' | 'unchanged' | 'rejectedTotal'>

/** What a file contains, and where its rows are stored. */
export interface RowKind<H extends { readonly width: number; readonly ignored: readonly number[] }, R> {
  /** @throws {ResidentsError} RESIDENTS_HEADER */
  parseHeader(cells: readonly string[]): H
  /** @returns with `key`, a number that only one row of a file may have, or the first reason for rejecting the row */
  parse(cells: readonly string[], header: H): Parsed<R> | Promise<Parsed<R>>
  /** Why a row is rejected whose key an earlier row has. */
  readonly repeated: { readonly reason: RejectionReason; readonly column: NamedColumn }
  store(rows: readonly R[]): Promise<readonly StoreOutcome[]>
}

export type Parsed<R> =
  | { readonly row: R; readonly key: number }
  | { readonly reason: RejectionReason; readonly column: NamedColumn }

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
export async function importRows<H extends { readonly width: number; readonly ignored: readonly number[] }, R>(
  source: AsyncIterable<Uint8Array>,
  kind: RowKind<H, R>,
  { onProgress, commitEvery = 500 }: ImportOptions,
): Promise<ImportReport> {
  const { head, rest } = await splitHead(source, HEAD_BYTES)
  const { charset, skip } = detectCharset(head)
  const counter = new ImportCounter()
  const firstLine = new Map<number, number>()
  let header: H | undefined
  let batch: R[] = []

  const commit = async () => {
    for (const outcome of await kind.store(batch)) counter[outcome] += 1
    batch = []
    onProgress?.(counter.progress())
  }

  for await (const record of readRecords(readLines(head.subarray(skip), rest, MAX_LINE_BYTES))) {
    const { line } = record
    if (!('fields' in record)) {
      // A first line that cannot be split into cells has no column names.
      if (!header) header = kind.parseHeader([])
      counter.reject(rejection(line, record.problem))
      continue
    }
    if (record.fields.every(field => field.trim() === '')) continue
    if (!header) {
      header = kind.parseHeader(record.fields.map(field => decode(field, charset) ?? ''))
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
    const parsed = await kind.parse(cells, header)
    if (!('row' in parsed)) {
      counter.reject(rejection(line, parsed.reason, { column: parsed.column }))
      continue
    }
    const { row, key } = parsed
    const first = firstLine.get(key)
    if (first !== undefined) {
      const { reason, column } = kind.repeated
      counter.reject(rejection(line, reason, { column, firstLine: first }))
      continue
    }
    if (firstLine.size >= MAX_ROWS) {
      throw new ResidentsError(
        { code: 'RESIDENTS_TOO_MANY_ROWS', limit: MAX_ROWS },
        `The file has more than ${MAX_ROWS} rows. Split it, for example by municipality.`,
      )
    }
    firstLine.set(key, line)
    batch.push(row)
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

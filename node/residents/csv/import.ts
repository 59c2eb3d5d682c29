/** Imports a CSV file into the register. */

import type { ColumnDefinition } from '../../credential/card.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { ResidentStore } from '../register.ts'
import { type Header, namedBuiltIn, parseHeader } from './columns.ts'
import { type ImportOptions, type ImportReport, importRows } from './import-rows.ts'
import { parseRow } from './row.ts'

export interface ResidentImportOptions extends ImportOptions {
  /** A birthdate after the date in Korea at this time is rejected. */
  readonly now: UnixSeconds
  /** Those that the cards of the install add to the register. */
  readonly columns: readonly ColumnDefinition[]
}

/**
 * @param source the file's bytes; stays open when this throws, because the request still needs its response
 * @throws {ResidentsError} RESIDENTS_CHARSET, RESIDENTS_HEADER, RESIDENTS_EMPTY, RESIDENTS_TOO_MANY_ROWS
 * @throws {StoreError} STORE_IO; rows of earlier commits stay
 */
export function importResidents(
  source: AsyncIterable<Uint8Array>,
  register: ResidentStore,
  { now, columns, ...options }: ResidentImportOptions,
): Promise<ImportReport> {
  const today = koreanDate(now)
  return importRows<Header, ResidentFacts>(
    source,
    {
      parseHeader: cells => parseHeader(cells, columns),
      parse: (cells, header) => {
        const row = parseRow(cells, header, today)
        if (!('facts' in row)) return row
        return { row: row.facts, key: Number(row.facts.personalNumber.replace('-', '')) }
      },
      repeated: { reason: 'duplicate', column: namedBuiltIn('personal_number') },
      store: residents => register.store(residents),
    },
    options,
  )
}

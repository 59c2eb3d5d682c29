/** Finds the columns of a register file by its first line. Columns may be in any order; unknown ones are ignored. */
import type { ColumnDefinition } from '../../credential/card.ts'
import {
  BUILT_IN_COLUMNS,
  type BuiltInColumn,
  builtInColumn,
  namesOfColumn,
  plainColumnName,
} from '../../credential/columns.ts'
import { ResidentsError } from '../errors.ts'

const REQUIRED: readonly BuiltInColumn[] = ['personal_number', 'address', 'municipality', 'portrait']

export interface Header {
  /** The number of cells of every row. */
  readonly width: number
  readonly at: ReadonlyMap<BuiltInColumn, number>
  /** The columns of cards that the file has. */
  readonly added: readonly AddedColumn[]
  /** Positions of ignored columns, from 1. Not their names, which may be values if the file has no header. */
  readonly ignored: readonly number[]
}

export interface AddedColumn {
  readonly column: ColumnDefinition
  readonly at: number
}

/** A column as a rejection names it. */
export interface NamedColumn {
  readonly name: string
  readonly ko: string
}

export const namedBuiltIn = (name: BuiltInColumn): NamedColumn => ({ name, ko: BUILT_IN_COLUMNS[name][0] })

/**
 * @param columns the columns that the install's cards add to the register
 * @throws {ResidentsError} RESIDENTS_HEADER
 */
export function parseHeader(cells: readonly string[], columns: readonly ColumnDefinition[]): Header {
  const at = new Map<BuiltInColumn, number>()
  const added = new Map<string, AddedColumn>()
  const ignored: number[] = []
  const repeated: string[] = []
  const ofCards = new Map(columns.flatMap(column => namesOfColumn(column).map(name => [name, column] as const)))
  const names = cells.map(cell => builtInColumn(cell))
  // 이름 is the full name, unless there is a separate column for the family name.
  const splitName = names.includes('family_name') && !names.includes('given_name')
  names.forEach((found, i) => {
    const name = found === 'full_name' && splitName ? 'given_name' : found
    const column = ofCards.get(plainColumnName(cells[i] ?? ''))
    if (name && at.has(name)) repeated.push(name)
    else if (name) at.set(name, i)
    else if (column && added.has(column.name)) repeated.push(column.name)
    else if (column) added.set(column.name, { column, at: i })
    else ignored.push(i + 1)
  })
  const missing: string[] = REQUIRED.filter(name => !at.has(name))
  if (!at.has('full_name') && !(at.has('family_name') && at.has('given_name'))) missing.push('full_name')
  if (missing.length > 0 || repeated.length > 0) {
    const wanted = missing.map(name => `${BUILT_IN_COLUMNS[name as BuiltInColumn][0]} (${name})`).join(', ')
    throw new ResidentsError(
      { code: 'RESIDENTS_HEADER', missing, repeated },
      missing.length > 0
        ? `The first line must contain the column names, separated by commas. Missing: ${wanted}.`
        : `The first line contains a column twice: ${repeated.join(', ')}. Keep one of each.`,
    )
  }
  return { width: cells.length, at, added: [...added.values()], ignored }
}

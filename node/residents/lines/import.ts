/**
 * Imports a CSV file that says whose each line is: a line number and a personal number in each row. A third column may have the
 * line's telecom: the number of its organisation in the trust registry. Only that telecom may report the line lost.
 */
import { BUILT_IN_COLUMNS, builtInColumn, plainColumnName } from '../../credential/columns.ts'
import { parseLineNumber } from '../../lib/line-number.ts'
import type { Random } from '../../lib/random.ts'
import { type NamedColumn, namedBuiltIn } from '../csv/columns.ts'
import { type ImportOptions, type ImportReport, importRows, type Parsed } from '../csv/import-rows.ts'
import { ResidentsError } from '../errors.ts'
import { parsePersonalNumber } from '../personal-number.ts'
import type { ResidentRegister } from '../register.ts'
import type { OwnedLine, StoredLines } from './stored.ts'

const LINE: NamedColumn = { name: 'line_number', ko: '전화번호' }
const LINE_NAMES = new Set(
  ['line number', 'line', '전화번호', '휴대전화번호', '휴대전화', '회선번호', 'phone number'].map(plainColumnName),
)
const PERSON = namedBuiltIn('personal_number')
const TELECOM: NamedColumn = { name: 'telecom', ko: '통신사' }
const TELECOM_NAMES = new Set(['telecom', '통신사', '통신사번호'].map(plainColumnName))

export interface LineImportOptions extends ImportOptions {
  readonly lines: Pick<StoredLines, 'put'>
  readonly residents: Pick<ResidentRegister, 'findByNumber'>
  readonly random: Random
}

interface LineHeader {
  readonly width: number
  readonly ignored: readonly number[]
  readonly line: number
  readonly person: number
  /** Null: the file does not say. */
  readonly telecom: number | null
}

/**
 * A line that is in the file twice stays with the person of its first row. Lines that the file does not have stay as they
 * are.
 * @throws as `importRows` does, and as the register does if it cannot be asked
 */
export function importLines(
  source: AsyncIterable<Uint8Array>,
  { lines, residents, random, ...options }: LineImportOptions,
): Promise<ImportReport> {
  const parse = async (
    cells: readonly string[],
    { line: at, person, telecom: telecomAt }: LineHeader,
  ): Promise<Parsed<OwnedLine>> => {
    const text = (cells[at] ?? '').trim()
    const number = (cells[person] ?? '').trim()
    if (text === '') return { reason: 'missing_value', column: LINE }
    if (number === '') return { reason: 'missing_value', column: PERSON }
    if (/^1\d{8,9}$/.test(text)) return { reason: 'lost_line_zero', column: LINE }
    const line = parseLineNumber(text)
    if (line === undefined) return { reason: 'bad_line', column: LINE }
    if (/^\d{8,12}$/.test(number)) return { reason: 'lost_zeros', column: PERSON }
    if (!parsePersonalNumber(number)) return { reason: 'bad_personal_number', column: PERSON }
    const resident = await residents.findByNumber(number)
    if (!resident) return { reason: 'unknown_person', column: PERSON }
    const telecom = telecomAt === null ? '' : (cells[telecomAt] ?? '').trim()
    if (telecom !== '' && !/^[1-9]\d{0,8}$/.test(telecom)) return { reason: 'bad_telecom', column: TELECOM }
    const owned = { line, person: resident.person, ...(telecom !== '' && { telecom: Number(telecom) }) }
    return { row: owned, key: Number(line) }
  }
  return importRows<LineHeader, OwnedLine>(
    source,
    {
      parseHeader,
      parse,
      repeated: { reason: 'duplicate_line', column: LINE },
      store: owned => lines.put(owned, random),
    },
    options,
  )
}

function parseHeader(cells: readonly string[]): LineHeader {
  const isLine = (cell: string) => LINE_NAMES.has(plainColumnName(cell))
  const isPerson = (cell: string) => builtInColumn(cell) === PERSON.name
  const columns = [
    { name: LINE.name, ko: LINE.ko, is: isLine },
    { name: PERSON.name, ko: BUILT_IN_COLUMNS.personal_number[0], is: isPerson },
  ]
  const found = columns.map(column => ({ ...column, count: cells.filter(column.is).length }))
  const missing = found.filter(({ count }) => count === 0)
  const isTelecom = (cell: string) => TELECOM_NAMES.has(plainColumnName(cell))
  const telecoms = cells.filter(isTelecom).length
  const repeated = [...found, { name: TELECOM.name, count: telecoms }].filter(({ count }) => count > 1)
  if (missing.length > 0 || repeated.length > 0) {
    throw new ResidentsError(
      {
        code: 'RESIDENTS_HEADER',
        missing: missing.map(({ name }) => name),
        repeated: repeated.map(({ name }) => name),
      },
      missing.length > 0
        ? 'The first line must contain the column names, separated by commas. Missing: ' +
            `${missing.map(({ name, ko }) => `${ko} (${name})`).join(', ')}.`
        : `The first line contains a column twice: ${repeated.map(({ name }) => name).join(', ')}. Keep one of each.`,
    )
  }
  const ignored = cells.flatMap((cell, i) => (isLine(cell) || isPerson(cell) || isTelecom(cell) ? [] : [i + 1]))
  const telecom = telecoms === 0 ? null : cells.findIndex(isTelecom)
  return { width: cells.length, ignored, line: cells.findIndex(isLine), person: cells.findIndex(isPerson), telecom }
}

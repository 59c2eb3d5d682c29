import iconv from 'iconv-lite'
import type { ColumnDefinition, ColumnValue } from '../../credential/card.ts'
import { BUILT_IN_COLUMNS, type BuiltInColumn } from '../../credential/columns.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import { utf8 } from '../../lib/bytes.ts'
import { ResidentsError } from '../errors.ts'
import type { Charset } from './charset.ts'

const WRITE: Readonly<Partial<Record<BuiltInColumn, (facts: ResidentFacts) => string>>> = {
  personal_number: facts => facts.personalNumber,
  family_name: facts => facts.familyName,
  given_name: facts => facts.givenName,
  birthdate: facts => facts.birthdate,
  sex: facts => (facts.sex === 'M' ? '남' : '여'),
  address: facts => facts.address,
  municipality: facts => facts.municipality,
  portrait: facts => Buffer.from(facts.portrait).toString('base64'),
  licence_number: facts => facts.licence?.number ?? '',
  licence_categories: facts => facts.licence?.privileges.map(({ category }) => category).join(';') ?? '',
  licence_issued: facts => facts.licence?.privileges.map(({ issued }) => issued).join(';') ?? '',
  licence_conditions: facts => facts.licence?.privileges.map(({ conditions }) => conditions.join('/')).join(';') ?? '',
  veteran_number: facts => facts.veteran?.number ?? '',
  veteran_category: facts => facts.veteran?.category ?? '',
  veteran_disability_grade: facts => facts.veteran?.disabilityGrade ?? '',
  document_number: facts => facts.document?.number ?? '',
  document_chip: facts => (facts.document ? (facts.document.chip ? '예' : '아니오') : ''),
  guardian_numbers: facts => facts.guardians?.join(';') ?? '',
}

/**
 * Writes a file that `importResidents` reads back to the same residents, one chunk per row. Like a Korean spreadsheet, it
 * uses CRLF line ends, and UTF-8 with a byte order mark or CP949.
 * @param added the columns of the install's cards
 * @throws {ResidentsError} RESIDENTS_NOT_IN_CHARSET
 */
export function* toCsv(
  residents: Iterable<ResidentFacts>,
  charset: Charset = 'utf-8',
  added: readonly ColumnDefinition[] = [],
): Iterable<Uint8Array> {
  const columns = [
    ...Object.entries(WRITE).map(([name, write]) => ({ head: BUILT_IN_COLUMNS[name as BuiltInColumn][0], write })),
    ...added.map(({ name, display }) => ({
      head: display.ko,
      write: (facts: ResidentFacts) => cellOf(facts.columns.get(name)),
    })),
  ]
  if (charset === 'utf-8') yield new Uint8Array([0xef, 0xbb, 0xbf])
  yield encode(columns.map(({ head }) => head).join(','), charset, 0)
  let row = 0
  for (const facts of residents) {
    row += 1
    yield encode(columns.map(({ write }) => quoted(write(facts))).join(','), charset, row)
  }
}

function cellOf(value: ColumnValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? '예' : '아니오'
  return typeof value === 'object' ? value.join(';') : String(value)
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function encode(line: string, charset: Charset, row: number): Uint8Array {
  if (charset === 'utf-8') return utf8(`${line}\r\n`)
  const bytes = iconv.encode(`${line}\r\n`, 'cp949')
  if (iconv.decode(bytes, 'cp949') !== `${line}\r\n`) {
    throw new ResidentsError(
      { code: 'RESIDENTS_NOT_IN_CHARSET', row },
      `Row ${row} contains a character that CP949 does not have. Write the file in UTF-8 instead.`,
    )
  }
  return bytes
}

import iconv from 'iconv-lite'
import type { ResidentFacts } from '../../credential/subject.ts'
import { utf8 } from '../../lib/bytes.ts'
import { ResidentsError } from '../errors.ts'
import type { Charset } from './charset.ts'
import { COLUMNS, type ColumnName } from './columns.ts'

const WRITE: Readonly<Partial<Record<ColumnName, (facts: ResidentFacts) => string>>> = {
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
}

/**
 * Writes a file that `importResidents` reads back to the same residents, one chunk per row. Like a Korean spreadsheet, it
 * uses CRLF line ends, and UTF-8 with a byte order mark or CP949.
 * @throws {ResidentsError} RESIDENTS_NOT_IN_CHARSET
 */
export function* toCsv(residents: Iterable<ResidentFacts>, charset: Charset = 'utf-8'): Iterable<Uint8Array> {
  const columns = Object.entries(WRITE)
  if (charset === 'utf-8') yield new Uint8Array([0xef, 0xbb, 0xbf])
  yield encode(columns.map(([name]) => COLUMNS[name as ColumnName][0]).join(','), charset, 0)
  let row = 0
  for (const facts of residents) {
    row += 1
    yield encode(columns.map(([, write]) => quoted(write(facts))).join(','), charset, row)
  }
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

/** The column names of a register file, in Korean and English. Columns may be in any order; unknown ones are ignored. */
import { ResidentsError } from '../errors.ts'

export const COLUMNS = {
  personal_number: ['주민등록번호', '주민번호', 'personal number', 'personal administrative number', 'rrn'],
  family_name: ['성', '성씨', 'family name', 'surname'],
  given_name: ['명', 'given name'],
  full_name: ['성명', '이름', 'full name', 'name'],
  birthdate: ['생년월일', 'birthdate', 'birth date', 'date of birth'],
  sex: ['성별', 'sex', 'gender'],
  address: ['주소', '도로명주소', '거주지', 'address'],
  municipality: ['행정구역코드', '행정표준코드', '법정동코드', '시군구코드', 'municipality', 'municipality code'],
  portrait: ['사진', '증명사진', 'portrait', 'photo'],
  licence_number: ['면허번호', '운전면허번호', 'licence number', 'license number'],
  licence_categories: ['면허종별', '면허종류', 'licence categories', 'license categories'],
  licence_issued: ['면허발급일', '면허취득일', 'licence issued', 'license issued'],
  licence_conditions: ['면허조건', 'licence conditions', 'license conditions'],
  veteran_number: ['보훈번호', '국가보훈번호', 'veteran number'],
  veteran_category: ['보훈구분', '보훈대상', 'veteran category'],
  veteran_disability_grade: ['상이등급', 'veteran disability grade', 'disability grade'],
} as const
export type ColumnName = keyof typeof COLUMNS

const REQUIRED: readonly ColumnName[] = ['personal_number', 'address', 'municipality', 'portrait']

export interface Header {
  /** The number of cells of every row. */
  readonly width: number
  readonly at: ReadonlyMap<ColumnName, number>
  /** Positions of ignored columns, from 1. Not their names, which may be values if the file has no header. */
  readonly ignored: readonly number[]
}

const BY_ALIAS = new Map(
  Object.entries(COLUMNS).flatMap(([name, aliases]) => aliases.map(alias => [plain(alias), name as ColumnName])),
)

/** @throws {ResidentsError} RESIDENTS_HEADER */
export function parseHeader(cells: readonly string[]): Header {
  const at = new Map<ColumnName, number>()
  const ignored: number[] = []
  const repeated: ColumnName[] = []
  const names = cells.map(cell => BY_ALIAS.get(plain(cell)))
  // 이름 is the full name, unless there is a separate column for the family name.
  const splitName = names.includes('family_name') && !names.includes('given_name')
  names.forEach((found, i) => {
    const name = found === 'full_name' && splitName ? 'given_name' : found
    if (!name) ignored.push(i + 1)
    else if (at.has(name)) repeated.push(name)
    else at.set(name, i)
  })
  const missing: string[] = REQUIRED.filter(name => !at.has(name))
  if (!at.has('full_name') && !(at.has('family_name') && at.has('given_name'))) missing.push('full_name')
  if (missing.length > 0 || repeated.length > 0) {
    const wanted = missing.map(name => `${COLUMNS[name as ColumnName][0]} (${name})`).join(', ')
    throw new ResidentsError(
      { code: 'RESIDENTS_HEADER', missing, repeated },
      missing.length > 0
        ? `The first line must contain the column names, separated by commas. Missing: ${wanted}.`
        : `The first line contains a column twice: ${repeated.join(', ')}. Keep one of each.`,
    )
  }
  return { width: cells.length, at, ignored }
}

/** Normalises a column name: 사진(base64) becomes 사진, and Personal_Number becomes personalnumber. */
function plain(text: string): string {
  return text
    .replace(/\(.*\)/g, '')
    .replace(/[\s_-]/g, '')
    .toLowerCase()
}

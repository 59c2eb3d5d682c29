import type { ColumnValue } from '../../credential/card.ts'
import type { BuiltInColumn } from '../../credential/columns.ts'
import {
  isDocumentNumber,
  type LicenceFacts,
  PORTRAIT_LIMIT,
  type PresentDocument,
  type ResidentFacts,
  type VeteranFacts,
} from '../../credential/subject.ts'
import { type PersonalNumber, parsePersonalNumber } from '../personal-number.ts'
import { parseAdded } from './added.ts'
import { type Header, type NamedColumn, namedBuiltIn } from './columns.ts'
import { parseDate as date } from './date.ts'
import { isPortrait } from './portrait.ts'
import type { RejectionReason } from './reasons.ts'

/** Thrown and caught only in this file: the reason and the column of an invalid cell. */
class InvalidCell {
  constructor(
    readonly reason: RejectionReason,
    readonly column: NamedColumn,
  ) {}
}

const invalid = (reason: RejectionReason, column: BuiltInColumn) => new InvalidCell(reason, namedBuiltIn(column))

/** Two parents, or a guardian and those who replace them. */
const MOST_GUARDIANS = 8

type Cell = (column: BuiltInColumn) => string

export type ParsedRow =
  | { readonly facts: ResidentFacts }
  | { readonly reason: RejectionReason; readonly column: NamedColumn }

/**
 * Parses a row's cells into a resident, or returns the first reason for rejecting the row.
 * @param today YYYY-MM-DD in Korea
 */
export function parseRow(cells: readonly string[], header: Header, today: string): ParsedRow {
  const cell: Cell = column => {
    const at = header.at.get(column)
    return at === undefined ? '' : (cells[at] ?? '').trim()
  }
  try {
    const number = personalNumber(cell, today)
    return {
      facts: {
        ...names(cell),
        birthdate: number.birthdate,
        sex: number.sex,
        address: address(cell),
        municipality: municipality(cell),
        personalNumber: number.number,
        portrait: portrait(cell),
        licence: licence(cell),
        veteran: veteran(cell),
        ...guardians(cell, number.number),
        columns: added(cells, header),
        ...(header.at.has('document_number') && { document: document(cell) }),
      },
    }
  } catch (error) {
    if (error instanceof InvalidCell) return error
    throw error
  }
}

function added(cells: readonly string[], header: Header): ReadonlyMap<string, ColumnValue> {
  const values = new Map<string, ColumnValue>()
  for (const { column, at } of header.added) {
    const text = (cells[at] ?? '').trim()
    if (text === '') continue
    const value = parseAdded(text, column.type)
    if (value === undefined) throw new InvalidCell('bad_value', { name: column.name, ko: column.display.ko })
    values.set(column.name, value)
  }
  return values
}

function required(cell: Cell, column: BuiltInColumn): string {
  const value = cell(column)
  if (value === '') throw invalid('missing_value', column)
  return value
}

function personalNumber(cell: Cell, today: string): PersonalNumber {
  const text = required(cell, 'personal_number')
  if (/^\d{8,12}$/.test(text)) throw invalid('lost_zeros', 'personal_number')
  const number = parsePersonalNumber(text)
  if (!number) throw invalid('bad_personal_number', 'personal_number')
  if (number.birthdate > today) throw invalid('future_birthdate', 'personal_number')

  const birthdate = cell('birthdate')
  if (birthdate !== '' && date(birthdate) !== number.birthdate) throw invalid('birthdate_mismatch', 'birthdate')
  const sex = cell('sex')
  if (sex !== '' && SEXES.get(sex.toLowerCase()) !== number.sex) throw invalid('sex_mismatch', 'sex')
  return number
}

const SEXES = new Map<string, ResidentFacts['sex']>([
  ...(['남', '남자', '남성', 'm', 'male', '1'] as const).map(text => [text, 'M'] as const),
  ...(['여', '여자', '여성', 'f', 'female', '2'] as const).map(text => [text, 'F'] as const),
])

const NAME = /^\p{L}[\p{L}\p{M} .'·-]{0,39}$/u
/** Family names of two syllables. Other Hangul family names have one. */
const TWO_SYLLABLES = /^(남궁|황보|제갈|사공|선우|서문|독고|동방|망절|어금|장곡|강전|소봉)(..?.?)$/u

function names(cell: Cell): { familyName: string; givenName: string } {
  const family = cell('family_name')
  const given = cell('given_name')
  if (family !== '' || given !== '')
    return { familyName: name(family, 'family_name'), givenName: name(given, 'given_name') }
  const full = required(cell, 'full_name')
  const [, familyName = '', givenName = ''] =
    /^(\S+)\s+(.+)$/.exec(full) ?? TWO_SYLLABLES.exec(full) ?? /^(.)(.+)$/u.exec(full) ?? []
  return { familyName: name(familyName, 'full_name'), givenName: name(givenName, 'full_name') }
}

function name(text: string, column: BuiltInColumn): string {
  if (!NAME.test(text)) throw invalid('bad_name', column)
  return text
}

function address(cell: Cell): string {
  // A line break inside a cell (Alt+Enter) is a space in an address.
  const text = required(cell, 'address').replace(/\s+/g, ' ')
  if (text.length > 200 || /\p{C}/u.test(text)) throw invalid('bad_address', 'address')
  return text
}

function municipality(cell: Cell): string {
  const text = required(cell, 'municipality')
  if (!/^[1-9]\d{4}(?:\d{5})?$/.test(text)) throw invalid('bad_municipality', 'municipality')
  return text.padEnd(10, '0')
}

function portrait(cell: Cell): Uint8Array {
  const text = required(cell, 'portrait')
  if (text.length > Math.ceil(PORTRAIT_LIMIT / 3) * 4) throw invalid('portrait_size', 'portrait')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw invalid('portrait_encoding', 'portrait')
  if (bytes.length > PORTRAIT_LIMIT) throw invalid('portrait_size', 'portrait')
  if (!isPortrait(bytes)) throw invalid('portrait_format', 'portrait')
  return bytes
}

/** A cell may contain a list, separated by semicolons. Conditions of one category are separated by slashes: `A/D;;A`. */
function licence(cell: Cell): LicenceFacts | null {
  const number = cell('licence_number')
  const categories = list(cell('licence_categories'))
  if (number === '' && categories.length === 0) return null
  const issued = list(cell('licence_issued'))
  const conditions = list(cell('licence_conditions'))
  if (!/^\d{2}-\d{2}-\d{6}-\d{2}$/.test(number)) throw invalid('bad_licence', 'licence_number')
  if (categories.length === 0 || categories.length > 16 || categories.some(category => !isLabel(category))) {
    throw invalid('bad_licence', 'licence_categories')
  }
  // One date for all categories, or one for each.
  if (issued.length !== 1 && issued.length !== categories.length) throw invalid('bad_licence', 'licence_issued')
  if (conditions.length > categories.length) throw invalid('bad_licence', 'licence_conditions')
  return {
    number,
    privileges: categories.map((category, i) => {
      const on = date(issued[issued.length === 1 ? 0 : i] ?? '')
      if (!on) throw invalid('bad_licence', 'licence_issued')
      const codes = (conditions[i] ?? '').split('/').filter(code => code !== '')
      if (!codes.every(isLabel)) throw invalid('bad_licence', 'licence_conditions')
      return { category, issued: on, conditions: codes }
    }),
  }
}

function veteran(cell: Cell): VeteranFacts | null {
  const number = cell('veteran_number')
  const category = cell('veteran_category')
  const grade = cell('veteran_disability_grade')
  if (number === '' && category === '') return null
  if (!/^\d[\d-]{3,19}$/.test(number)) throw invalid('bad_veteran', 'veteran_number')
  if (!isLabel(category)) throw invalid('bad_veteran', 'veteran_category')
  if (grade !== '' && !isLabel(grade)) throw invalid('bad_veteran', 'veteran_disability_grade')
  return { number, category, disabilityGrade: grade === '' ? null : grade }
}

/** A file with the column says of everybody whether they have a card. One without it says nothing. */
function document(cell: Cell): PresentDocument | null {
  const number = cell('document_number').toUpperCase()
  const chip = cell('document_chip')
  if (number === '') {
    if (chip !== '') throw invalid('bad_document', 'document_number')
    return null
  }
  if (!isDocumentNumber(number)) throw invalid('bad_document', 'document_number')
  const hasChip = chip === '' ? false : parseAdded(chip, 'boolean')
  if (typeof hasChip !== 'boolean') throw invalid('bad_value', 'document_chip')
  return { number, chip: hasChip }
}

/** Nobody is their own guardian. */
function guardians(cell: Cell, own: string): Pick<ResidentFacts, 'guardians'> {
  const numbers = list(cell('guardian_numbers')).map(text => parsePersonalNumber(text)?.number)
  if (numbers.length === 0) return {}
  const known = numbers.filter(number => number !== undefined)
  if (known.length !== numbers.length || known.length > MOST_GUARDIANS || known.includes(own)) {
    throw invalid('bad_guardian', 'guardian_numbers')
  }
  return { guardians: [...new Set(known)] }
}

const list = (text: string) => (text === '' ? [] : text.split(';').map(item => item.trim()))
const isLabel = (text: string) => /^[\p{L}\p{N}][\p{L}\p{N} .·()-]{0,39}$/u.test(text)

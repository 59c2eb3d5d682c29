/**
 * The resident registration number, `YYMMDD-SNNNNNN`: birthdate, then a digit for century and sex, then a serial.
 *
 * The last digit was once a checksum; numbers given since October 2020 are random and have none, so it is not
 * looked at: enforcing it would turn away a growing share of residents.
 * Why: docs/decisions/041.
 */
import { isDate } from '../credential/dates.ts'
import type { ResidentFacts } from '../credential/subject.ts'

export interface PersonalNumber {
  /** Normal form, with the hyphen. */
  readonly number: string
  /** YYYY-MM-DD */
  readonly birthdate: string
  readonly sex: ResidentFacts['sex']
  /** Given to a foreign resident: of the foreigners' register, not of this one. */
  readonly foreign: boolean
}

/** Century by the seventh digit; odd is male, even female. 5 to 8 are foreign residents. */
const CENTURY = [1800, 1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000, 1800] as const

/** @returns undefined unless the text is a number, with or without its hyphen, that names a date of the calendar */
export function parsePersonalNumber(text: string): PersonalNumber | undefined {
  const match = /^(\d{2})(\d{2})(\d{2})-?(\d)(\d{6})$/.exec(text)
  if (!match) return undefined
  const [, yy = '', mm = '', dd = '', s = '', serial = ''] = match
  const digit = Number(s)
  const birthdate = `${(CENTURY[digit] as number) + Number(yy)}-${mm}-${dd}`
  if (!isDate(birthdate)) return undefined
  return {
    number: `${yy}${mm}${dd}-${s}${serial}`,
    birthdate,
    sex: digit % 2 === 1 ? 'M' : 'F',
    foreign: digit >= 5 && digit <= 8,
  }
}

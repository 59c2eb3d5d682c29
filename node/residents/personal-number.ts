/**
 * The resident registration number, `YYMMDD-SNNNNNN`: birthdate, then a digit for century and sex, then a serial.
 *
 * The last digit is not checked. It was a checksum until October 2020; numbers assigned since then are random, so a check
 * would refuse a growing share of residents.
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
}

/** The century by the seventh digit. Odd digits are male, even ones female; 5 to 8 are foreign residents. */
const CENTURY = [1800, 1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000, 1800] as const

/** @returns undefined unless the text is a personal number, with or without hyphen, that begins with a valid date */
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
  }
}

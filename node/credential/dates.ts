/** Calendar days as a Korean card states them: `YYYY-MM-DD` in Korean time, which is UTC+9 all year. */
import { DAY, HOUR, type UnixSeconds } from '../lib/time.ts'
import type { CardDefinition } from './card.ts'

const KOREA = 9 * HOUR

export const koreanDate = (time: UnixSeconds): string => new Date((time + KOREA) * 1000).toISOString().slice(0, 10)

/** 00:00 in Korea on that day. */
const startOf = (date: string): UnixSeconds => Date.parse(`${date}T00:00:00Z`) / 1000 - KOREA

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether the text is a day of the calendar. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const last = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  return day >= 1 && day <= last
}

/**
 * Completed years on that day, counting the day of birth (Civil Act, articles 158 and 160): a year is complete on the
 * birthday itself, or, for someone born on 29 February, on 1 March of a common year. Comparing `MM-DD` as text does
 * exactly that.
 * Why: docs/decisions/032.
 */
export function ageOn(birthdate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthdate.slice(0, 4))
  return date.slice(5) >= birthdate.slice(5) ? years : years - 1
}

/**
 * The `iat` to write: rounded down to the hour, so that a card cannot be matched with a queue ticket, but never before
 * any of the times given (the key's `from`, the certificate's notBefore).
 */
export function issuedAt(now: UnixSeconds, ...notBefore: readonly UnixSeconds[]): UnixSeconds {
  return Math.max(Math.floor(now / HOUR) * HOUR, ...notBefore)
}

export interface CardValidity {
  readonly issuedOn: string
  /** The last day on which the card is valid: the same day, so many years later; 29 February becomes the 28th. */
  readonly expiresOn: string
  /** The end of that day in Korea. */
  readonly exp: UnixSeconds
}

export function cardValidity(card: CardDefinition, iat: UnixSeconds): CardValidity {
  const issuedOn = koreanDate(iat)
  const year = String(Number(issuedOn.slice(0, 4)) + card.validity.years).padStart(4, '0')
  const sameDay = `${year}${issuedOn.slice(4)}`
  const expiresOn = isDate(sameDay) ? sameDay : `${year}-02-28`
  return { issuedOn, expiresOn, exp: startOf(expiresOn) + DAY }
}

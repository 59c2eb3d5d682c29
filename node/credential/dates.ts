/** Calendar days in Korean time (UTC+9 all year), written `YYYY-MM-DD`, as the cards state them. */
import { DAY, HOUR, type UnixSeconds } from '../lib/time.ts'
import type { CardDefinition } from './card.ts'

const KOREA = 9 * HOUR

export const koreanDate = (time: UnixSeconds): string => new Date((time + KOREA) * 1000).toISOString().slice(0, 10)

/** The start of that day in Korea. */
export const startOfKoreanDay = (date: string): UnixSeconds => Date.parse(`${date}T00:00:00Z`) / 1000 - KOREA

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether the text is a valid calendar day. */
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
 * The age in completed years on that day, counting the day of birth (Civil Act, articles 158 and 160). A year is
 * complete on the birthday, or, for a person born on 29 February, on 1 March of a common year. Comparing `MM-DD` as
 * text gives this result.
 * Why: docs/decisions/032.
 */
export function ageOn(birthdate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthdate.slice(0, 4))
  return date.slice(5) >= birthdate.slice(5) ? years : years - 1
}

/**
 * The `iat` of a new credential: rounded down to the hour, so that a card cannot be matched with a queue ticket, but
 * not before any of the given times (`from` of the key, notBefore of the certificate).
 */
export function issuedAt(now: UnixSeconds, ...notBefore: readonly UnixSeconds[]): UnixSeconds {
  return Math.max(Math.floor(now / HOUR) * HOUR, ...notBefore)
}

export interface CardValidity {
  readonly issuedOn: string
  /** The last day on which the card is valid: the same day, so many years later. 29 February becomes 28 February. */
  readonly expiresOn: string
  /** The end of that day in Korea. */
  readonly exp: UnixSeconds
}

export function cardValidity(card: CardDefinition, iat: UnixSeconds): CardValidity {
  const issuedOn = koreanDate(iat)
  const year = String(Number(issuedOn.slice(0, 4)) + card.validity.years).padStart(4, '0')
  const sameDay = `${year}${issuedOn.slice(4)}`
  const expiresOn = isDate(sameDay) ? sameDay : `${year}-02-28`
  return { issuedOn, expiresOn, exp: startOfKoreanDay(expiresOn) + DAY }
}

/** Seconds for which a card without an anchor is valid at most. */
export const TEMPORARY_SECONDS = 3 * DAY

/** The validity of a card without an anchor. The day on which it ends is not over yet at its end. */
export function temporaryValidity(iat: UnixSeconds): CardValidity {
  const exp = iat + TEMPORARY_SECONDS
  return { issuedOn: koreanDate(iat), expiresOn: koreanDate(exp), exp }
}

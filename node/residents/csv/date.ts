import { isDate } from '../../credential/dates.ts'

/** Parses 1990-01-02, 1990.1.2, 1990/01/02 or 19900102 into YYYY-MM-DD; undefined if the text is not a date. */
export function parseDate(text: string): string | undefined {
  const match = /^(\d{4})(?:(\d{2})(\d{2})|([-./])\s?(\d{1,2})\4\s?(\d{1,2})\.?)$/.exec(text)
  if (!match) return undefined
  const [, year, mm, dd, , month, day] = match
  const found = `${year}-${(mm ?? month ?? '').padStart(2, '0')}-${(dd ?? day ?? '').padStart(2, '0')}`
  return isDate(found) ? found : undefined
}

import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { type TlvReader, tlv } from '../tlv.ts'

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

/** RFC 5280 §4.1.2.5: in UTC, with seconds. @throws {ParseError} */
export function timeOf(reader: TlvReader): UnixSeconds {
  const { tag, value } = reader.next()
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) throw wrongValue('a time', 'of another type')
  return parseTime(fromUtf8(value), tag === UTC_TIME)
}

/** @param isShort whether the year has two digits. @throws {ParseError} */
export function parseTime(text: string, isShort: boolean): UnixSeconds {
  const pattern = isShort ? /^(..)(..)(..)(..)(..)(..)Z$/ : /^(....)(..)(..)(..)(..)(..)Z$/
  const parts = /^\d+Z$/.test(text) ? pattern.exec(text)?.slice(1).map(Number) : undefined
  if (!parts) throw wrongValue('a time', 'not in the form of RFC 5280')
  const [year = 0, month = 0, day, hour, minute, second] = parts
  const century = isShort ? (year < 50 ? 2000 : 1900) : 0
  const time = new Date(Date.UTC(century + year, month - 1, day, hour, minute, second))
  // Date.UTC carries 31 June over to July. Written back, a real time gives the same digits.
  const digits = time
    .toISOString()
    .replace(/\D/g, '')
    .slice(isShort ? 2 : 0, 14)
  if (`${digits}Z` !== text) throw wrongValue('a time', 'there is no such time')
  return time.getTime() / 1000
}

/** UTCTime until 2049, then GeneralizedTime (RFC 5652 §11.3). */
export function createTime(time: UnixSeconds): Uint8Array {
  const text = `${new Date(time * 1000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  return text < '2050' ? tlv(UTC_TIME, utf8(text.slice(2))) : tlv(GENERALIZED_TIME, utf8(text))
}

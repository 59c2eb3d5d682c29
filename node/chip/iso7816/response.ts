/** Response APDUs (ISO/IEC 7816-4 §5.1): data, then the two bytes of the status word (§5.6). */
import { concat, u16be } from '../../lib/bytes.ts'
import { wrongLength } from '../../lib/parse-error.ts'

export interface Answer {
  readonly data: Uint8Array
  /** SW1 and SW2. */
  readonly status: number
}

export const Status = {
  done: 0x9000,
  /** The file ended before the expected length. */
  endOfFile: 0x6282,
  authenticationFailed: 0x6300,
  wrongLength: 0x6700,
  chainNotSupported: 0x6884,
  secureMessagingNotSupported: 0x6882,
  securityNotSatisfied: 0x6982,
  blocked: 0x6983,
  conditionsNotSatisfied: 0x6985,
  noCurrentFile: 0x6986,
  protectionMissing: 0x6987,
  protectionWrong: 0x6988,
  wrongData: 0x6a80,
  notFound: 0x6a82,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  outsideFile: 0x6b00,
  instructionUnknown: 0x6d00,
  classUnknown: 0x6e00,
} as const

/** SW1 of a status word with a number in SW2: bytes that wait, the right expected length, tries that are left. */
export const moreData = (status: number): boolean => status >> 8 === 0x61
export const rightLength = (status: number): boolean => status >> 8 === 0x6c
export const triesLeft = (status: number): number | null => ((status & 0xfff0) === 0x63c0 ? status & 0x0f : null)

/** @throws {ParseError} PARSE_LENGTH */
export function parseAnswer(bytes: Uint8Array): Answer {
  if (bytes.length < 2) throw wrongLength('a response APDU', 'at least 2 bytes', bytes.length)
  const end = bytes.length - 2
  return { data: bytes.subarray(0, end), status: ((bytes[end] as number) << 8) | (bytes[end + 1] as number) }
}

export const encodeAnswer = ({ data, status }: Answer): Uint8Array => concat(data, u16be(status))

export const withoutData = (status: number): Answer => ({ data: new Uint8Array(), status })

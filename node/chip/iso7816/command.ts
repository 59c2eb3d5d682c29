/** Command APDUs (ISO/IEC 7816-4 §5.1): four header bytes, then data and the expected length, both optional. */
import { concat, u16be } from '../../lib/bytes.ts'
import { wrongLength, wrongValue } from '../../lib/parse-error.ts'

export interface Command {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  /** At most 65535 bytes. */
  readonly data: Uint8Array
  /** Ne: how many bytes the answer may have. 0 if none is expected; at most 65536. */
  readonly expected: number
}

const NONE = new Uint8Array()

/** @param rest the fields that are not zero or empty */
export const command = (ins: number, rest: Partial<Omit<Command, 'ins'>> = {}): Command => ({
  ...{ cla: 0, p1: 0, p2: 0, data: NONE, expected: 0 },
  ...rest,
  ins,
})

/** The length of data that a short command takes, and of an answer to one. */
export const SHORT_DATA = 255
export const SHORT_EXPECTED = 256
export const EXTENDED_EXPECTED = 65_536

export const needsExtendedLength = ({ data, expected }: Command): boolean =>
  data.length > SHORT_DATA || expected > SHORT_EXPECTED

/** In the short form, if both lengths fit it. */
export function encodeCommand(given: Command): Uint8Array {
  const { cla, ins, p1, p2, data, expected } = given
  const header = Uint8Array.of(cla, ins, p1, p2)
  if (needsExtendedLength(given)) {
    const lc = data.length === 0 ? NONE : concat(Uint8Array.of(0), u16be(data.length))
    const le = expected === 0 ? NONE : u16be(expected & 0xffff)
    return concat(header, lc, data, data.length === 0 ? Uint8Array.of(0) : NONE, le)
  }
  const lc = data.length === 0 ? NONE : Uint8Array.of(data.length)
  return concat(header, lc, data, expected === 0 ? NONE : Uint8Array.of(expected & 0xff))
}

export interface ParsedCommand extends Command {
  /** Whether the lengths have the extended form. */
  readonly extended: boolean
}

/** @throws {ParseError} PARSE_LENGTH, PARSE_VALUE */
export function parseCommand(bytes: Uint8Array): ParsedCommand {
  if (bytes.length < 4) throw wrongLength('a command APDU', 'at least 4 bytes', bytes.length)
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes
  const header = { cla, ins, p1, p2 }
  const body = bytes.subarray(4)
  const first = body[0]
  if (first === undefined) return { ...header, data: NONE, expected: 0, extended: false }
  if (body.length === 1) return { ...header, data: NONE, expected: first || SHORT_EXPECTED, extended: false }
  if (first !== 0) {
    const { data, le } = split(body, 1, first, 1)
    return { ...header, data, expected: le === undefined ? 0 : le || SHORT_EXPECTED, extended: false }
  }
  if (body.length < 3) throw wrongValue('a command APDU', 'an extended length needs three bytes')
  const length = u16(body, 1)
  if (body.length === 3) return { ...header, data: NONE, expected: length || EXTENDED_EXPECTED, extended: true }
  if (length === 0) throw wrongValue('a command APDU', 'its data have no length')
  const { data, le } = split(body, 3, length, 2)
  return { ...header, data, expected: le === undefined ? 0 : le || EXTENDED_EXPECTED, extended: true }
}

/** Data that begin at `from`, and the expected length behind them in `width` bytes, if there is one. */
function split(body: Uint8Array, from: number, length: number, width: 1 | 2): { data: Uint8Array; le?: number } {
  const rest = body.length - from - length
  const data = body.subarray(from, from + length)
  if (rest === 0) return { data }
  if (rest === width) return { data, le: width === 1 ? (body.at(-1) as number) : u16(body, body.length - 2) }
  throw wrongValue('a command APDU', 'the length of its data is false')
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number)

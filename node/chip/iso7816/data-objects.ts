/** Data objects in commands and answers, and at the beginning of a file. */
import { wrongEncoding } from '../../lib/parse-error.ts'
import { type DataObject, TlvReader } from '../tlv.ts'

/** Around the value of an answer with many. No command or answer of ours has more. */
const MOST = 16

/** @throws {ParseError} unless the bytes are a sequence of whole data objects */
export function parseDataObjects(bytes: Uint8Array): DataObject[] {
  const reader = new TlvReader(bytes)
  const found: DataObject[] = []
  while (!reader.isAtEnd) {
    if (found.length === MOST) throw wrongEncoding('DER', `more than ${MOST} data objects`)
    found.push(reader.next())
  }
  return found
}

/**
 * The value of the only data object in these bytes.
 * @throws {ParseError} unless they are exactly one with this tag
 */
export function onlyDataObject(bytes: Uint8Array, tag: number): Uint8Array {
  const reader = new TlvReader(bytes)
  const value = reader.value(tag)
  reader.end()
  return value
}

/** As many bytes as the tag and the length of a document's file have: one, and up to three. */
export const FILE_START = 4

/**
 * How long a file is, with its tag and length, from its first four bytes; undefined if it begins with another tag, or
 * has a length of more than two bytes.
 */
export function fileLength(start: Uint8Array, tag: number): number | undefined {
  const [first, length = 0, high = 0, low = 0] = start
  if (start.length !== FILE_START || first !== tag) return undefined
  if (length < 0x80) return 2 + length
  if (length === 0x81) return 3 + high
  return length === 0x82 ? 4 + high * 256 + low : undefined
}

/**
 * A frame of a UR in several parts (BCR-2020-005 §"Multipart UR"): `ur:bytes/<sequence>-<count>/<bytewords of a CBOR
 * array>`, and one that needs a single part: `ur:bytes/<bytewords of a CBOR byte string>`. Only deterministic CBOR with
 * the shortest numbers is read (RFC 8949 §4.2.1).
 */
import { ByteReader, ByteWriter } from '../../../lib/binary.ts'
import { wrongValue } from '../../../lib/parse-error.ts'
import { fromBytewords, toBytewords } from './bytewords.ts'

/** The members of the CBOR array, in its order. */
export interface Part {
  /** From 1. Frames after the number `count` contain several fragments. */
  readonly sequence: number
  /** The number of fragments of the message. */
  readonly count: number
  readonly messageLength: number
  /** CRC-32 of the message. */
  readonly checksum: number
  /** All fragments of a message have the same length. The last one is filled with zeros. */
  readonly fragment: Uint8Array
}

const PREFIX = 'UR:BYTES/'
const NUMBERED = /^([1-9]\d{0,9})-([1-9]\d{0,9})$/

export const toSingle = (message: Uint8Array): string => `${PREFIX}${toBytewords(message)}`

export function toMultipart({ sequence, count, messageLength, checksum, fragment }: Part): string {
  const cbor = new ByteWriter().u8(0x85)
  for (const number of [sequence, count, messageLength, checksum]) writeHead(cbor, UNSIGNED, number)
  writeHead(cbor, BYTE_STRING, fragment.length)
  return `${PREFIX}${sequence}-${count}/${toBytewords(cbor.put(fragment).bytes())}`
}

/**
 * Reads one frame. Nothing of it is verified but its own checksum.
 * @returns the message of a UR with a single part, or one part of several; null if the text is no UR of type `bytes`
 * @throws {ParseError} PARSE_LENGTH, PARSE_VALUE
 */
export function parseFrame(text: string): { readonly message: Uint8Array } | { readonly part: Part } | null {
  if (text.slice(0, PREFIX.length).toUpperCase() !== PREFIX) return null
  const [first = '', second, ...more] = text.slice(PREFIX.length).split('/')
  if (more.length > 0) throw wrongValue('frame', 'too many parts in its path')
  if (second === undefined) return { message: fromBytewords(first) }
  const numbers = NUMBERED.exec(first)
  const part = parsePart(fromBytewords(second))
  // The numbers are in the frame twice. A frame in which they differ comes from no writer of URs.
  if (Number(numbers?.[1]) !== part.sequence || Number(numbers?.[2]) !== part.count) {
    throw wrongValue('frame', 'its numbers differ')
  }
  return { part }
}

/** The content of a CBOR byte string, and nothing after it. @throws {ParseError} PARSE_LENGTH, PARSE_VALUE */
export function fromByteString(cbor: Uint8Array): Uint8Array {
  const reader = new ByteReader(cbor)
  const content = reader.take(readHead(reader, BYTE_STRING))
  reader.end()
  return content
}

export function toByteString(content: Uint8Array): Uint8Array {
  const cbor = new ByteWriter()
  writeHead(cbor, BYTE_STRING, content.length)
  return cbor.put(content).bytes()
}

function parsePart(cbor: Uint8Array): Part {
  const reader = new ByteReader(cbor)
  if (reader.u8() !== 0x85) throw wrongValue('frame', 'not an array of five members')
  const sequence = readHead(reader, UNSIGNED)
  const count = readHead(reader, UNSIGNED)
  const messageLength = readHead(reader, UNSIGNED)
  const checksum = readHead(reader, UNSIGNED)
  const fragment = reader.take(readHead(reader, BYTE_STRING))
  reader.end()
  return { sequence, count, messageLength, checksum, fragment }
}

/** Major types of CBOR (RFC 8949 §3.1), in the upper three bits. */
const UNSIGNED = 0x00
const BYTE_STRING = 0x40

function writeHead(cbor: ByteWriter, type: number, value: number): void {
  if (value < 24) cbor.u8(type | value)
  else if (value < 2 ** 8) cbor.u8(type | 24).u8(value)
  else if (value < 2 ** 16) cbor.u8(type | 25).u16(value)
  else cbor.u8(type | 26).u32(value)
}

/** A head with a number below 2^32. */
function readHead(reader: ByteReader, type: number): number {
  const first = reader.u8()
  const short = first - type
  if (short >= 0 && short < 24) return short
  if (short === 24) return shortest(reader.u8(), 24)
  if (short === 25) return shortest(reader.u16(), 2 ** 8)
  if (short === 26) return shortest(reader.u32(), 2 ** 16)
  throw wrongValue('frame', 'a CBOR item of another kind')
}

function shortest(value: number, least: number): number {
  if (value < least) throw wrongValue('frame', 'a CBOR number that is longer than needed')
  return value
}

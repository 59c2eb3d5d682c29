/**
 * Makes the texts of this protocol shorter: JSON, JWTs and SD-JWTs, most of which is base64 of random bytes or of further
 * JSON. The random bytes become raw bytes, and what is left, the *skeleton*, is deflated. Format: docs/in-person.md.
 *
 * `unpack(pack(text))` is the same text, byte for byte: `pack` checks that, and sends a text as it is if it is not so.
 * A signature over the text therefore stays valid.
 */
import { fromBase64, toBase64 } from '../../lib/base64.ts'
import { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../../lib/bytes.ts'
import { deflate, inflate } from '../../lib/deflate.ts'
import { ParseError, wrongLength, wrongValue } from '../../lib/parse-error.ts'

/** Characters of a text, packed or not. Two cards with portraits have 25,000. */
export const MAX_TEXT = 65_536
const MAX_DEPTH = 3

const PLAIN = 0
const PACKED = 1
/** In the skeleton, in front of a u16: that many of the raw bytes belong here, as base64url or as padded base64. */
const BASE64URL = 1
const BASE64 = 2
/** What is between the two belongs here as base64url. */
const OPEN = 3
const CLOSE = 4

const RUN = /[A-Za-z0-9+/_-]{20,}={0,2}/g
/** Names of members look like base64url too, and are better deflated. */
const LOOKS_RANDOM = /(?=.*[A-Z])(?=.*[0-9])/

/** @throws {ParseError} PARSE_LENGTH if the text is longer than `unpack` accepts */
export async function pack(text: string): Promise<Uint8Array> {
  if (text.length > MAX_TEXT) throw wrongLength('text', `at most ${MAX_TEXT} characters`, text.length)
  const bytes = utf8(text)
  const plain = new ByteWriter().u8(PLAIN).put(bytes).bytes()
  if (hasMarks(bytes)) return plain
  const skeleton = new ByteWriter()
  const raw = new ByteWriter()
  takeApart(text, skeleton, raw, MAX_DEPTH)
  const deflated = await deflate(skeleton.bytes())
  const packed = new ByteWriter().u8(PACKED).u16(deflated.length).put(deflated, raw.bytes()).bytes()
  if (packed.length >= plain.length || deflated.length >= 2 ** 16) return plain
  return (await isPackingOf(packed, text)) ? packed : plain
}

/** @throws {ParseError} PARSE_LENGTH, PARSE_VALUE, PARSE_ENCODING */
export async function unpack(bytes: Uint8Array): Promise<string> {
  const reader = new ByteReader(bytes)
  const form = reader.u8()
  if (form === PLAIN) return bounded(fromUtf8(reader.take(reader.left)))
  if (form !== PACKED) throw wrongValue('packed text', 'of an unknown form')
  // The skeleton is never longer than the text in UTF-8, but for its marks.
  const skeleton = await inflate(reader.take(reader.u16()), 3 * MAX_TEXT)
  const text = putTogether({ bytes: skeleton, at: 0 }, reader, MAX_DEPTH)
  reader.end()
  return text
}

async function isPackingOf(packed: Uint8Array, text: string): Promise<boolean> {
  try {
    return (await unpack(packed)) === text
  } catch (error) {
    if (error instanceof ParseError) return false
    throw error
  }
}

function takeApart(text: string, skeleton: ByteWriter, raw: ByteWriter, depth: number): void {
  let at = 0
  for (const match of text.matchAll(RUN)) {
    const decoded = decode(match[0])
    if (!decoded) continue
    skeleton.put(utf8(text.slice(at, match.index)))
    const inner = decoded.mark === BASE64URL && depth > 0 ? innerText(decoded.bytes) : null
    if (inner !== null) {
      skeleton.u8(OPEN)
      takeApart(inner, skeleton, raw, depth - 1)
      skeleton.u8(CLOSE)
    } else {
      skeleton.u8(decoded.mark).u16(decoded.bytes.length)
      raw.put(decoded.bytes)
    }
    at = match.index + match[0].length
  }
  skeleton.put(utf8(text.slice(at)))
}

/** A text that contains the bytes of marks cannot be a skeleton. */
const hasMarks = (bytes: Uint8Array): boolean => bytes.some(byte => byte <= CLOSE)

/** A run of letters that is base64 of something; null if it is to be left as it is. */
function decode(run: string): { readonly mark: number; readonly bytes: Uint8Array } | null {
  if (!LOOKS_RANDOM.test(run)) return null
  for (const [mark, from] of [
    [BASE64URL, fromBase64url],
    [BASE64, fromBase64],
  ] as const) {
    try {
      const bytes = from(run)
      if (bytes.length < 2 ** 16) return { mark, bytes }
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
    }
  }
  return null
}

/** JSON inside base64url: a part of a JWT, a disclosure. */
function innerText(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return null
  try {
    return hasMarks(bytes) ? null : fromUtf8(bytes)
  } catch (error) {
    if (error instanceof ParseError) return null
    throw error
  }
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

/** Reads up to the end of the skeleton or, where `depth` is below the greatest, up to a CLOSE. */
function putTogether(skeleton: Cursor, raw: ByteReader, depth: number): string {
  const { bytes } = skeleton
  let text = ''
  for (;;) {
    const from = skeleton.at
    while (skeleton.at < bytes.length && (bytes[skeleton.at] as number) > CLOSE) skeleton.at += 1
    text += fromUtf8(bytes.subarray(from, skeleton.at))
    const mark = bytes[skeleton.at]
    skeleton.at += 1
    if (mark === undefined || mark === CLOSE) {
      if ((mark === CLOSE) !== depth < MAX_DEPTH) throw wrongValue('packed text', 'its parts do not close')
      return bounded(text)
    }
    if (mark === OPEN) {
      if (depth === 0) throw wrongValue('packed text', 'its parts are too deep')
      text += toBase64url(utf8(putTogether(skeleton, raw, depth - 1)))
    } else if (mark === BASE64URL || mark === BASE64) {
      const [high, low] = bytes.subarray(skeleton.at, skeleton.at + 2)
      if (high === undefined || low === undefined) throw wrongValue('packed text', 'it ends in a length')
      skeleton.at += 2
      const run = raw.take(high * 256 + low)
      text += mark === BASE64URL ? toBase64url(run) : toBase64(run)
    } else throw wrongValue('packed text', 'an unknown mark')
  }
}

const bounded = (text: string): string => {
  if (text.length > MAX_TEXT) throw wrongLength('text', `at most ${MAX_TEXT} characters`, text.length)
  return text
}

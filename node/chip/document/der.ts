/** DER (X.690 §10) as documents and certificates contain it. */
import { compareBytes } from '../../lib/bytes.ts'
import { wrongEncoding, wrongValue } from '../../lib/parse-error.ts'
import { TlvReader, tlv } from '../tlv.ts'

export const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  PRINTABLE_STRING: 0x13,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const

const CONSTRUCTED = 0x20
/** Tag numbers of the universal class that are constructed in DER. All others are primitive. */
const UNIVERSAL_CONSTRUCTED = [0x10, 0x11]
/** EF.SOD of a real document has a depth of 12 and 100 to 200 elements. */
const MAX_DEPTH = 24
const MAX_ELEMENTS = 600

/**
 * Walks through the whole structure, so that a library gets no indefinite length, no constructed string, no nesting or
 * number of elements that would cost it memory, and no two encodings of one value.
 * @throws {ParseError} unless the bytes are DER, within the limits above
 */
export function requireDer(bytes: Uint8Array): void {
  let elements = 0
  const open: TlvReader[] = [new TlvReader(bytes)]
  for (let reader = open.pop(); reader !== undefined; reader = open.pop()) {
    if (reader.isAtEnd) continue
    if (++elements > MAX_ELEMENTS) throw wrongEncoding('DER', `more than ${MAX_ELEMENTS} elements`)
    const { tag, value } = reader.next()
    requireCanonical(tag, value)
    open.push(reader)
    if (!isConstructed(tag)) continue
    open.push(new TlvReader(value))
    if (open.length > MAX_DEPTH) throw wrongEncoding('DER', `nested more than ${MAX_DEPTH} deep`)
  }
}

const isConstructed = (tag: number): boolean => ((tag > 0xff ? tag >> 8 : tag) & CONSTRUCTED) !== 0

function requireCanonical(tag: number, value: Uint8Array): void {
  if (tag > 0xff) throw wrongEncoding('DER', 'a tag number that no certificate has')
  if (tag < 0x40 && isConstructed(tag) !== UNIVERSAL_CONSTRUCTED.includes(tag & 0x1f)) {
    throw wrongEncoding('DER', 'a string in parts')
  }
  if (tag === Tag.INTEGER) requireInteger(value)
  if (tag === Tag.BOOLEAN && !(value.length === 1 && (value[0] === 0 || value[0] === 0xff))) {
    throw wrongEncoding('DER', 'a BOOLEAN that is neither 00 nor FF')
  }
  if (tag === Tag.NULL && value.length !== 0) throw wrongEncoding('DER', 'a NULL with a value')
}

/** X.690 §8.3.2: the first nine bits are not all equal. */
function requireInteger(value: Uint8Array): void {
  const [first, second = 0] = value
  if (first === undefined) throw wrongEncoding('DER', 'an empty INTEGER')
  if (value.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw wrongEncoding('DER', 'an INTEGER that is not in its shortest form')
  }
}

/** A non-negative INTEGER of at most four bytes. @throws {ParseError} */
export function smallInteger(value: Uint8Array): number {
  requireInteger(value)
  if (value.length > 4 || (value[0] as number) >= 0x80) throw wrongValue('INTEGER', 'out of range')
  return value.reduce((number, byte) => number * 256 + byte, 0)
}

/** In dotted form. @throws {ParseError} also if the identifier is longer than 32 bytes or has an arc beyond 2^31 */
export function objectIdentifier(value: Uint8Array): string {
  if (value.length === 0 || value.length > 32) throw wrongValue('OBJECT IDENTIFIER', 'of an unacceptable length')
  const arcs: number[] = []
  let arc = 0
  let isOpen = false
  for (const byte of value) {
    if (!isOpen && byte === 0x80) throw wrongEncoding('DER', 'an OBJECT IDENTIFIER that is not in its shortest form')
    arc = arc * 128 + (byte & 0x7f)
    if (arc > 0x7fffffff) throw wrongValue('OBJECT IDENTIFIER', 'an arc is too large')
    isOpen = byte >= 0x80
    if (isOpen) continue
    arcs.push(arc)
    arc = 0
  }
  if (isOpen) throw wrongEncoding('DER', 'an OBJECT IDENTIFIER that ends too early')
  const [first = 0, ...others] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...others].join('.')
}

export const sequence = (...values: readonly Uint8Array[]): Uint8Array => tlv(Tag.SEQUENCE, ...values)

/** X.690 §11.6: the elements of a SET OF are in the order of their encodings. */
export const setOf = (...values: readonly Uint8Array[]): Uint8Array => tlv(Tag.SET, ...values.toSorted(compareBytes))

export const octetString = (value: Uint8Array): Uint8Array => tlv(Tag.OCTET_STRING, value)

/** @param value at most 127 */
export const integer = (value: number): Uint8Array => tlv(Tag.INTEGER, Uint8Array.of(value))

export function oid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  return tlv(Tag.OBJECT_IDENTIFIER, Uint8Array.from([root * 40 + second, ...arcs].flatMap(base128)))
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}

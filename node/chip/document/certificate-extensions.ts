/** The extensions of a certificate that Doc 9303-12 §7.1.1 gives a meaning (RFC 5280 §4.2). */
import { fromUtf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { TlvReader } from '../tlv.ts'
import { objectIdentifier, Tag } from './der.ts'
import { parseTime } from './der-time.ts'

const KEY_USAGE = '2.5.29.15'
const BASIC_CONSTRAINTS = '2.5.29.19'
const SUBJECT_KEY_ID = '2.5.29.14'
const AUTHORITY_KEY_ID = '2.5.29.35'
const PRIVATE_KEY_USAGE = '2.5.29.16'
const EXTENDED_KEY_USAGE = '2.5.29.37'
/** id-icao-mrtd-security-extensions-documentTypeList. */
export const DOCUMENT_TYPES = '2.23.136.1.1.6.2'
const MAX_EXTENSIONS = 32

export interface CertificateExtensions {
  /** Bits of KeyUsage, the first bit is 0x80; null if the extension is absent. */
  readonly keyUsage: number | null
  readonly isCa: boolean
  /** It names other purposes, such as TLS or master lists. Those of Doc 9303-12 §7.1.1 for documents have no such extension. */
  readonly hasOtherPurpose: boolean
  readonly subjectKeyId: Uint8Array | null
  readonly authorityKeyId: Uint8Array | null
  /** When the private key may sign; null where it is not limited. */
  readonly mayUseFrom: UnixSeconds | null
  readonly mayUseUntil: UnixSeconds | null
  /** The document codes that the signer may sign; null if all. */
  readonly documentTypes: readonly string[] | null
  /** There is a critical extension that is not among these (RFC 5280 §4.2: such a certificate must be refused). */
  readonly hasUnknownCritical: boolean
}

/** @param element the content of `[3]`: a SEQUENCE OF Extension. @throws {ParseError} */
export function parseExtensions(element: Uint8Array | undefined): CertificateExtensions {
  const found = new Map<string, { readonly isCritical: boolean; readonly value: Uint8Array }>()
  const list = element === undefined ? new TlvReader(new Uint8Array()) : sequenceIn(element)
  while (!list.isAtEnd) {
    const extension = list.enter(Tag.SEQUENCE)
    const id = objectIdentifier(extension.value(Tag.OBJECT_IDENTIFIER))
    const isCritical = extension.optional(Tag.BOOLEAN)?.[0] === 0xff
    const value = extension.value(Tag.OCTET_STRING)
    extension.end()
    if (found.has(id) || found.size === MAX_EXTENSIONS) throw wrongValue('certificate', 'too many extensions')
    found.set(id, { isCritical, value })
  }
  const valueWith = (id: string) => found.get(id)?.value
  const known = [KEY_USAGE, BASIC_CONSTRAINTS, SUBJECT_KEY_ID, AUTHORITY_KEY_ID, PRIVATE_KEY_USAGE, DOCUMENT_TYPES]
  return {
    keyUsage: keyUsage(valueWith(KEY_USAGE)),
    hasOtherPurpose: found.has(EXTENDED_KEY_USAGE),
    isCa: isCa(valueWith(BASIC_CONSTRAINTS)),
    subjectKeyId: subjectKeyId(valueWith(SUBJECT_KEY_ID)),
    authorityKeyId: authorityKeyId(valueWith(AUTHORITY_KEY_ID)),
    ...privateKeyUsage(valueWith(PRIVATE_KEY_USAGE)),
    documentTypes: documentTypes(valueWith(DOCUMENT_TYPES)),
    hasUnknownCritical: [...found].some(([id, { isCritical }]) => isCritical && !known.includes(id)),
  }
}

function sequenceIn(bytes: Uint8Array): TlvReader {
  const outer = new TlvReader(bytes)
  const content = outer.enter(Tag.SEQUENCE)
  outer.end()
  return content
}

function keyUsage(value: Uint8Array | undefined): number | null {
  if (value === undefined) return null
  const bits = new TlvReader(value).value(Tag.BIT_STRING)
  if (bits.length < 2) throw wrongValue('certificate', 'an empty key usage')
  return bits[1] as number
}

function isCa(value: Uint8Array | undefined): boolean {
  return value !== undefined && sequenceIn(value).optional(Tag.BOOLEAN)?.[0] === 0xff
}

const subjectKeyId = (value: Uint8Array | undefined): Uint8Array | null =>
  value === undefined ? null : new TlvReader(value).value(Tag.OCTET_STRING)

const authorityKeyId = (value: Uint8Array | undefined): Uint8Array | null =>
  (value && sequenceIn(value).optional(0x80)) ?? null

function privateKeyUsage(value: Uint8Array | undefined) {
  const period = value === undefined ? undefined : sequenceIn(value)
  const time = (tag: number): UnixSeconds | null => {
    const text = period?.optional(tag)
    return text === undefined ? null : parseTime(fromUtf8(text), false)
  }
  return { mayUseFrom: time(0x80), mayUseUntil: time(0x81) }
}

function documentTypes(value: Uint8Array | undefined): readonly string[] | null {
  if (value === undefined) return null
  const content = sequenceIn(value)
  content.value(Tag.INTEGER)
  const set = content.enter(Tag.SET)
  const types: string[] = []
  while (!set.isAtEnd) types.push(fromUtf8(set.value(Tag.PRINTABLE_STRING)))
  return types
}

import { fromUtf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { TlvReader } from '../tlv.ts'
import { objectIdentifier, Tag } from './der.ts'

/** UTF8String, NumericString, PrintableString, IA5String, VisibleString: their bytes are UTF-8. */
const TEXT_TAGS = [0x0c, 0x12, 0x13, 0x16, 0x1a]
const MAX_PARTS = 32

/**
 * A distinguished name in a form in which equal names give equal texts (RFC 5280 §7.1): without the type of a string, in
 * lower case, with single spaces. States write the issuer of a document signer in another type than the subject of the CA.
 * @param der the whole Name. @throws {ParseError}
 */
export function parseName(der: Uint8Array): string {
  const sets = new TlvReader(der).enter(Tag.SEQUENCE)
  const parts: string[][] = []
  while (!sets.isAtEnd) {
    if (parts.length === MAX_PARTS) throw wrongValue('name', 'too many parts')
    const set = sets.enter(Tag.SET)
    const attributes: string[] = []
    while (!set.isAtEnd) attributes.push(attributeText(set.enter(Tag.SEQUENCE)))
    parts.push(attributes.sort())
  }
  return JSON.stringify(parts)
}

function attributeText(attribute: TlvReader): string {
  const type = objectIdentifier(attribute.value(Tag.OBJECT_IDENTIFIER))
  const { tag, value, element } = attribute.next()
  attribute.end()
  if (!TEXT_TAGS.includes(tag)) return `${type}=#${Buffer.from(element).toString('hex')}`
  return `${type}=${fromUtf8(value).normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()}`
}

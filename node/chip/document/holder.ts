/** DG11 (ICAO Doc 9303-10 §4.7.11): name, address and personal number of the holder, in the local script. */
import { isDate } from '../../credential/dates.ts'
import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { cannotBeMade, parsePart } from '../errors.ts'
import { TlvReader, tlv } from '../tlv.ts'

const DG11 = 0x6b
const LIMIT = 4096
const TAG_LIST = 0x5c
const FULL_NAME = 0x5f0e
const PERSONAL_NUMBER = 0x5f10
const FULL_BIRTHDATE = 0x5f2b
const ADDRESS = 0x5f42

export interface HolderDetails {
  readonly familyName: string
  /** Empty if the holder has one name only. */
  readonly givenName: string
  readonly personalNumber: string
  /** `YYYY-MM-DD` */
  readonly birthdate: string
  readonly address: string | null
}

/**
 * @throws {ChipError} CHIP_DOCUMENT_MALFORMED, also if name, personal number or date of birth is missing: the register
 * finds a person by these
 */
export const parseDg11 = (file: Uint8Array): HolderDetails =>
  parsePart('DG11', () => {
    const objects = TlvReader.file(file, DG11, LIMIT).rest()
    const [familyName = '', givenName = ''] = required(objects, FULL_NAME, 'the name').split('<<')
    const address = objects.get(ADDRESS)
    return {
      familyName: withoutFiller(familyName),
      givenName: withoutFiller(givenName),
      personalNumber: required(objects, PERSONAL_NUMBER, 'the personal number'),
      birthdate: birthdateOf(objects.get(FULL_BIRTHDATE)),
      address: address === undefined ? null : withoutFiller(textOf(address, 'the address')),
    }
  })

function required(objects: ReadonlyMap<number, Uint8Array>, tag: number, what: string): string {
  const value = objects.get(tag)
  if (value === undefined || value.length === 0) throw wrongValue('DG11', `${what} is missing`)
  return textOf(value, what)
}

/** In the normal form in which names are compared. */
function textOf(value: Uint8Array, what: string): string {
  const text = fromUtf8(value).normalize('NFC')
  if (/\p{Cc}/u.test(text)) throw wrongValue('DG11', `${what} contains a control character`)
  return text
}

/** Eight characters, or, by earlier editions of Doc 9303, eight digits in four bytes. */
function birthdateOf(value: Uint8Array | undefined): string {
  if (value === undefined) throw wrongValue('DG11', 'the date of birth is missing')
  const bytes = Buffer.from(value)
  const text = bytes.toString(bytes.length === 4 ? 'hex' : 'latin1').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  if (!isDate(text)) throw wrongValue('DG11', 'the date of birth is not a date')
  return text
}

const withoutFiller = (text: string): string => text.replaceAll('<', ' ').trim()

/** @throws {ChipError} CHIP_CANNOT_BE_MADE if a text contains the filler `<`, or all are too long together */
export function createDg11(details: HolderDetails): Uint8Array {
  const { familyName, givenName, personalNumber, birthdate, address } = details
  for (const [fact, text] of Object.entries({ familyName, givenName, personalNumber, address })) {
    if (text?.includes('<')) throw cannotBeMade(fact, 'it contains the character <')
  }
  const objects: [number, string][] = [
    [FULL_NAME, `${familyName}<<${givenName}`],
    [PERSONAL_NUMBER, personalNumber],
    [FULL_BIRTHDATE, birthdate.replaceAll('-', '')],
    ...(address === null ? [] : [[ADDRESS, address] as [number, string]]),
  ]
  const tags = Uint8Array.from(objects.flatMap(([tag]) => [tag >> 8, tag & 0xff]))
  const file = tlv(DG11, tlv(TAG_LIST, tags), ...objects.map(([tag, text]) => tlv(tag, utf8(text))))
  if (file.length > LIMIT) throw cannotBeMade('address', 'name and address are too long')
  return file
}

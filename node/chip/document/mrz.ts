/** The machine readable zone of a card, three lines of 30 characters (TD1: ICAO Doc 9303-5 §4.2), as DG1 contains it. */
import { isDate } from '../../credential/dates.ts'
import { utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { cannotBeMade, parsePart } from '../errors.ts'
import { TlvReader, tlv } from '../tlv.ts'

const DG1 = 0x61
const MRZ = 0x5f1f
const LINE = 30
const LENGTH = 3 * LINE
const LIMIT = 128

export interface MachineReadableZone {
  /** Such as `I` or `ID`. */
  readonly documentCode: string
  /** Three letters, such as `KOR`. */
  readonly issuingState: string
  readonly documentNumber: string
  /** `YYMMDD` */
  readonly birthdate: string
  readonly sex: 'M' | 'F' | null
  /** `YYYY-MM-DD`. Documents have no other century than this one. */
  readonly expiresOn: string
  /** In Latin letters, as `givenName`. */
  readonly familyName: string
  /** Empty if the holder has only one name, which is then `familyName`. */
  readonly givenName: string
}

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED, also if a check digit is wrong */
export const parseDg1 = (file: Uint8Array): MachineReadableZone =>
  parsePart('DG1', () => {
    const content = TlvReader.file(file, DG1, LIMIT)
    const value = content.value(MRZ)
    content.end()
    return parseMrz(value)
  })

function parseMrz(bytes: Uint8Array): MachineReadableZone {
  const text = Buffer.from(bytes).toString('latin1')
  if (text.length !== LENGTH) throw wrongValue('machine readable zone', `${LENGTH} characters expected`)
  if (!/^[A-Z0-9<]+$/.test(text)) throw wrongValue('machine readable zone', 'a character that it cannot have')
  const [first, second, names] = [text.slice(0, LINE), text.slice(LINE, 2 * LINE), text.slice(2 * LINE)]
  requireDigit(second.slice(0, 6), second[6], 'the date of birth')
  requireDigit(second.slice(8, 14), second[14], 'the date of expiry')
  requireDigit(
    first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29),
    second[29],
    'the whole zone',
  )
  const [familyName = '', givenName = ''] = names.split('<<')
  const sex = second[7]
  if (sex !== 'M' && sex !== 'F' && sex !== '<') throw wrongValue('machine readable zone', 'the sex is none')
  return {
    documentCode: withoutFiller(first.slice(0, 2)),
    issuingState: withoutFiller(first.slice(2, 5)),
    documentNumber: documentNumber(first),
    birthdate: digits(second.slice(0, 6), 'the date of birth'),
    sex: sex === '<' ? null : sex,
    expiresOn: `20${digits(second.slice(8, 14), 'the date of expiry').replace(/^(..)(..)(..)$/, '$1-$2-$3')}`,
    familyName: withoutFiller(familyName),
    givenName: withoutFiller(givenName),
  }
}

/** Doc 9303-5 §4.2.2 note j: a number of more than nine characters continues in the optional data, with its check digit. */
function documentNumber(first: string): string {
  const number = first.slice(5, 14)
  const check = first[14]
  const rest = /^([A-Z0-9]*)([0-9])</.exec(first.slice(15))
  if (check !== '<') {
    requireDigit(number, check, 'the document number')
    return withoutFiller(number)
  }
  if (!rest) throw wrongValue('machine readable zone', 'the document number has no check digit')
  requireDigit(number + rest[1], rest[2], 'the document number')
  return number + rest[1]
}

function requireDigit(text: string, digit: string | undefined, what: string): void {
  if (digit !== checkDigit(text)) throw wrongValue('machine readable zone', `the check digit of ${what} is wrong`)
}

function digits(text: string, what: string): string {
  if (!/^\d+$/.test(text)) throw wrongValue('machine readable zone', `${what} is not written in digits`)
  return text
}

const withoutFiller = (text: string): string => text.replace(/<+$/, '').replaceAll('<', ' ')

/** Doc 9303-3 §4.9: the weights 7, 3, 1; a letter counts 10 to 35, and the filler 0. */
export function checkDigit(text: string): string {
  let sum = 0
  for (const [i, character] of [...text].entries()) {
    const value = character === '<' ? 0 : Number.parseInt(character, 36)
    sum += value * ([7, 3, 1][i % 3] as number)
  }
  return String(sum % 10)
}

export interface MrzFacts {
  /** One to nine letters A to Z and digits. */
  readonly documentNumber: string
  /** `YYYY-MM-DD` */
  readonly birthdate: string
  readonly sex: 'M' | 'F'
  readonly expiresOn: string
  /** In letters A to Z. A name that is too long is cut, as Doc 9303-5 §4.2.4 allows. */
  readonly familyName: string
  readonly givenName: string
}

/** So that a letter of the given name remains. */
const MAX_FAMILY_NAME = LINE - 3

/** DG1 of a Korean identity card. @throws {ChipError} CHIP_CANNOT_BE_MADE */
export function createDg1(facts: MrzFacts): Uint8Array {
  const { documentNumber, birthdate, expiresOn } = facts
  if (!/^[A-Z0-9]{1,9}$/.test(documentNumber)) {
    throw cannotBeMade('documentNumber', 'one to nine letters A to Z and digits are expected')
  }
  if (!isDate(birthdate)) throw cannotBeMade('birthdate', 'a date is expected')
  if (!isDate(expiresOn) || !expiresOn.startsWith('20'))
    throw cannotBeMade('expiresOn', 'a date before 2100 is expected')
  const number = documentNumber.padEnd(9, '<')
  const first = `I<KOR${number}${checkDigit(number)}`.padEnd(LINE, '<')
  const birth = birthdate.replaceAll('-', '').slice(2)
  const expiry = expiresOn.replaceAll('-', '').slice(2)
  const born = birth + checkDigit(birth)
  const expires = expiry + checkDigit(expiry)
  const optional = '<'.repeat(11)
  const second = `${born}${facts.sex}${expires}KOR${optional}${checkDigit(first.slice(5) + born + expires + optional)}`
  const names = `${facts.familyName.slice(0, MAX_FAMILY_NAME)}<<${facts.givenName}`.slice(0, LINE).padEnd(LINE, '<')
  return tlv(DG1, tlv(MRZ, utf8(first + second + names)))
}

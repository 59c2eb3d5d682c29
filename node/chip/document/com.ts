/**
 * EF.COM (ICAO Doc 9303-10 §4.6.1): the list of the data groups. Nobody signs it, so it only says what to read; EF.SOD
 * decides what must be there.
 */
import { utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { parsePart } from '../errors.ts'
import { TlvReader, tlv } from '../tlv.ts'

const COM = 0x60
const LIMIT = 64
const LDS_VERSION = 0x5f01
const UNICODE_VERSION = 0x5f36
const TAG_LIST = 0x5c

/** The tags of DG1 to DG16, in this order (Doc 9303-10 table 34). */
const TAGS = [...[0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68], ...[0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70]]

/** @returns the numbers of the data groups, in order. @throws {ChipError} CHIP_DOCUMENT_MALFORMED */
export const parseCom = (file: Uint8Array): readonly number[] =>
  parsePart('EF.COM', () => {
    const content = TlvReader.file(file, COM, LIMIT)
    content.value(LDS_VERSION)
    content.value(UNICODE_VERSION)
    const groups = [...content.value(TAG_LIST)].map(tag => TAGS.indexOf(tag) + 1)
    content.end()
    if (groups.includes(0) || new Set(groups).size !== groups.length) {
      throw wrongValue('EF.COM', 'an unknown or repeated data group')
    }
    return groups.toSorted((a, b) => a - b)
  })

/** For version 1.7 of the logical data structure. */
export function createCom(groups: readonly number[]): Uint8Array {
  const tags = Uint8Array.from(groups, group => TAGS[group - 1] as number)
  return tlv(COM, tlv(LDS_VERSION, utf8('0107')), tlv(UNICODE_VERSION, utf8('040000')), tlv(TAG_LIST, tags))
}

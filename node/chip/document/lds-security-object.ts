/** LDSSecurityObject (ICAO Doc 9303-10 §4.6.2.3): the hashes of the data groups, which the document signer signs. */
import { wrongValue } from '../../lib/parse-error.ts'
import { parsePart } from '../errors.ts'
import { TlvReader } from '../tlv.ts'
import { smallInteger, Tag } from './der.ts'
import { algorithmIdentifier, type HashName, hashOf } from './signature-algorithm.ts'

const LIMIT = 2048
const LAST_GROUP = 16
const HASH_LENGTH: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 }

export interface DataGroupHashes {
  readonly hash: HashName
  readonly hashes: ReadonlyMap<number, Uint8Array>
}

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED */
export const parseLdsSecurityObject = (bytes: Uint8Array): DataGroupHashes =>
  parsePart('EF.SOD', () => {
    const content = TlvReader.file(bytes, Tag.SEQUENCE, LIMIT)
    const version = smallInteger(content.value(Tag.INTEGER))
    if (version > 1) throw wrongValue('LDSSecurityObject', 'an unknown version')
    const hash = hashOf('EF.SOD', algorithmIdentifier(content.element(Tag.SEQUENCE)))
    const hashes = hashesIn(content.enter(Tag.SEQUENCE), HASH_LENGTH[hash])
    if (version === 1) content.value(Tag.SEQUENCE)
    content.end()
    return { hash, hashes }
  })

function hashesIn(list: TlvReader, length: number): ReadonlyMap<number, Uint8Array> {
  const hashes = new Map<number, Uint8Array>()
  while (!list.isAtEnd) {
    const entry = list.enter(Tag.SEQUENCE)
    const group = smallInteger(entry.value(Tag.INTEGER))
    const hash = entry.value(Tag.OCTET_STRING)
    entry.end()
    if (group < 1 || group > LAST_GROUP || hashes.has(group) || hash.length !== length) {
      throw wrongValue('LDSSecurityObject', 'an unknown or repeated data group, or a hash of another length')
    }
    hashes.set(group, hash)
  }
  return hashes
}

/** DG14 (ICAO Doc 9303-10 §4.7.14): a SET OF SecurityInfo (Doc 9303-11 §9.2). */
import { wrongValue } from '../../lib/parse-error.ts'
import { parsePart, unsupportedPart } from '../errors.ts'
import { TlvReader, tlv } from '../tlv.ts'
import { integer, objectIdentifier, oid, sequence, setOf, smallInteger, Tag } from './der.ts'
import type { HashName } from './signature-algorithm.ts'

const DG14 = 0x6e
const LIMIT = 8192
const MAX_INFOS = 64

/** ActiveAuthenticationInfo (Doc 9303-11 §9.2.8). */
const ACTIVE_AUTHENTICATION = '2.23.136.1.1.5'
/** ecdsa-plain-signatures of BSI TR-03111 §5.2.1.1. */
const ECDSA_PLAIN_SHA256 = '0.4.0.127.0.7.1.1.4.1.3'
const ECDSA_PLAIN: ReadonlyMap<string, HashName> = new Map([
  [ECDSA_PLAIN_SHA256, 'sha256'],
  ['0.4.0.127.0.7.1.1.4.1.4', 'sha384'],
  ['0.4.0.127.0.7.1.1.4.1.5', 'sha512'],
])

export interface SecurityInfo {
  readonly protocol: string
  /** requiredData and optionalData, not yet parsed. */
  readonly data: TlvReader
}

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED */
export const parseDg14 = (file: Uint8Array): readonly SecurityInfo[] =>
  parsePart('DG14', () => {
    const content = TlvReader.file(file, DG14, LIMIT)
    const set = content.enter(Tag.SET)
    content.end()
    const infos: SecurityInfo[] = []
    while (!set.isAtEnd) {
      if (infos.length === MAX_INFOS) throw wrongValue('DG14', `more than ${MAX_INFOS} members`)
      const data = set.enter(Tag.SEQUENCE)
      infos.push({ protocol: objectIdentifier(data.value(Tag.OBJECT_IDENTIFIER)), data })
    }
    return infos
  })

/**
 * The hash with which the chip signs for active authentication with ECDSA (ActiveAuthenticationInfo).
 * @throws {ChipError} CHIP_DOCUMENT_UNSUPPORTED if it is not of SHA-256 to SHA-512; CHIP_DOCUMENT_MALFORMED if it is missing
 */
export const activeAuthenticationHash = (file: Uint8Array): HashName =>
  parsePart('DG14', () => {
    const info = parseDg14(file).find(({ protocol }) => protocol === ACTIVE_AUTHENTICATION)
    if (!info) throw wrongValue('DG14', 'it has no ActiveAuthenticationInfo')
    if (smallInteger(info.data.value(Tag.INTEGER)) !== 1)
      throw unsupportedPart('DG14', 'another ActiveAuthenticationInfo')
    const hash = ECDSA_PLAIN.get(objectIdentifier(info.data.value(Tag.OBJECT_IDENTIFIER)))
    info.data.end()
    if (hash === undefined) throw unsupportedPart('DG14', 'active authentication with another signature or hash')
    return hash
  })

/**
 * @param cardAccess EF.CardAccess of the same chip: a SET OF SecurityInfo that nobody signs there, and the signer here
 * @param ecdsa whether the chip signs for active authentication with ECDSA and SHA-256
 */
export function createDg14(cardAccess: Uint8Array, ecdsa: boolean): Uint8Array {
  const infos = new TlvReader(cardAccess).enter(Tag.SET)
  const members: Uint8Array[] = []
  while (!infos.isAtEnd) members.push(infos.element(Tag.SEQUENCE))
  const active = sequence(oid(ACTIVE_AUTHENTICATION), integer(1), oid(ECDSA_PLAIN_SHA256))
  return tlv(DG14, setOf(...members, ...(ecdsa ? [active] : [])))
}

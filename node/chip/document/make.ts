/** Makes the contents of a chip, by the formats in which chips of other countries are written. */
import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type Random, randomBelow } from '../../lib/random.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { cannotBeMade } from '../errors.ts'
import { type ChipImage, DataGroup, dataGroupFile, FileId } from '../image.ts'
import { AES_128, encodeCardAccess, NIST_P256 } from '../pace/algorithms.ts'
import { tlv } from '../tlv.ts'
import { DG15 } from './active-authentication.ts'
import { createCom } from './com.ts'
import { createDg2 } from './face.ts'
import { createDg11 } from './holder.ts'
import { createSecurityObject, type DocumentSigner } from './make-security-object.ts'
import { createDg1 } from './mrz.ts'
import { portraitForChip } from './portrait.ts'
import { romanizedName } from './romanize.ts'
import { createDg14 } from './security-infos.ts'

/** What is written on an identity card. Dates are `YYYY-MM-DD`. */
export interface ChipFacts {
  /** One to nine letters A to Z and digits. */
  readonly documentNumber: string
  /** `YYMMDD-SNNNNNN` */
  readonly personalNumber: string
  readonly familyName: string
  readonly givenName: string
  readonly birthdate: string
  readonly sex: 'M' | 'F'
  readonly address: string
  readonly expiresOn: string
  /** JPEG, JPEG 2000 or PNG; a PNG is stored as JPEG. */
  readonly portrait: Uint8Array
}

export interface MakeOptions {
  readonly now: UnixSeconds
  readonly random: Random
  /** The key with which the chip proves that it is no copy. P-256 if absent. */
  readonly activeAuthentication?: 'P-256' | 'RSA-2048'
}

const generate = promisify(generateKeyPair)

/**
 * A chip with DG1, DG2, DG11, DG14 and DG15, signed by the document signer, and a new key of its own.
 * @throws {ChipError} CHIP_CANNOT_BE_MADE
 */
export async function makeChip(facts: ChipFacts, signer: DocumentSigner, options: MakeOptions): Promise<ChipImage> {
  const isEcdsa = options.activeAuthentication !== 'RSA-2048'
  const { publicKey, privateKey } = isEcdsa
    ? await generate('ec', { namedCurve: 'P-256' })
    : await generate('rsa', { modulusLength: 2048 })
  const cardAccess = encodeCardAccess([{ protocol: AES_128, curve: NIST_P256 }])
  const dataGroups = new Map([
    [DataGroup.MRZ, createDg1({ ...facts, ...latinNames(facts) })],
    [DataGroup.FACE, createDg2(portraitForChip(facts.portrait))],
    [DataGroup.HOLDER, createDg11(facts)],
    [DataGroup.SECURITY_INFOS, createDg14(cardAccess, isEcdsa)],
    [DataGroup.ACTIVE_AUTHENTICATION, createDg15(publicKey)],
  ])
  return {
    cardAccessNumber: String(randomBelow(options.random, 1_000_000)).padStart(6, '0'),
    files: new Map([
      [FileId.CARD_ACCESS, cardAccess],
      [FileId.COM, createCom([...dataGroups.keys()])],
      [FileId.SECURITY_OBJECT, createSecurityObject(dataGroups, signer, options.now)],
      ...[...dataGroups].map(([group, file]) => [dataGroupFile(group), file] as const),
    ]),
    activeAuthenticationKey: Uint8Array.from(privateKey.export({ type: 'pkcs8', format: 'der' })),
  }
}

function latinNames({ familyName, givenName }: ChipFacts) {
  const names = { familyName: romanizedName(familyName), givenName: romanizedName(givenName) }
  if (names.familyName !== '') return names
  throw cannotBeMade('familyName', 'no letter in Hangul or Latin script')
}

const createDg15 = (key: KeyObject): Uint8Array => tlv(DG15, key.export({ type: 'spki', format: 'der' }))

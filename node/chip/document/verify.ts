/**
 * From what a reader got to what the document says. The order matters: first who signed, then the signature, then the
 * hashes of the files. No file is parsed before its hash has been compared, so only a trusted signer's bytes reach the
 * parsers of data groups. Last comes the proof that the chip is no copy and that it answered this phone.
 * Why: docs/decisions/175.
 */
import { hash } from 'node:crypto'
import { koreanDate } from '../../credential/dates.ts'
import { equalBytes, type Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { ChipError } from '../errors.ts'
import { type ChipReading, DataGroup, MAX_FILE } from '../image.ts'
import { parseDg15, verifyActiveAuthentication } from './active-authentication.ts'
import type { ChipCertificate } from './certificate.ts'
import { parseDg2 } from './face.ts'
import { parseDg11 } from './holder.ts'
import type { DataGroupHashes } from './lds-security-object.ts'
import { parseDg1 } from './mrz.ts'
import type { Portrait } from './portrait.ts'
import { activeAuthenticationHash } from './security-infos.ts'
import { parseSecurityObject, type SecurityObject } from './security-object.ts'
import { verifies } from './signature-algorithm.ts'
import { type ChipAnchor, requireDocumentType, verifyDocumentSigner } from './trust.ts'

export interface ChipCheck {
  /** `chipChallenge` of the session's nonce and of the key of the phone that gets the card: 8 bytes. */
  readonly challenge: Uint8Array
  readonly anchors: readonly ChipAnchor[]
  /** The time of the check. */
  readonly at: UnixSeconds
}

/** What a trusted signer states about the holder of a chip that answered the challenge. */
export interface VerifiedChip {
  /** Three letters, such as `KOR`. */
  readonly issuingState: string
  readonly documentNumber: string
  readonly personalNumber: string
  /** In the local script. */
  readonly familyName: string
  readonly givenName: string
  /** `YYYY-MM-DD` */
  readonly birthdate: string
  readonly sex: 'M' | 'F' | null
  readonly address: string | null
  /** The last day of its validity. */
  readonly expiresOn: string
  readonly portrait: Portrait
  /** The country signing CA: its key's id in the trust registry. */
  readonly anchorKeyId: Hex
}

const CHALLENGE = 8
const ALWAYS_NEEDED = [DataGroup.MRZ, DataGroup.FACE, DataGroup.HOLDER]
const MAY_BE_READ = [...ALWAYS_NEEDED, DataGroup.SECURITY_INFOS, DataGroup.ACTIVE_AUTHENTICATION]

/** @throws {ChipError} whose code names the proof that failed */
export function verifyChip(reading: ChipReading, { challenge, anchors, at }: ChipCheck): VerifiedChip {
  if (challenge.length !== CHALLENGE) throw new TypeError('a challenge of 8 bytes is expected')
  const securityObject = parseSecurityObject(reading.securityObject)
  const { signer, signingTime } = securityObject
  const { keyId } = verifyDocumentSigner(signer, anchors, { at, signingTime })
  verifySignature(securityObject)
  const files = verifiedFiles(reading, securityObject)
  const document = readDocument(files, signer, at)
  const key = parseDg15(files.needed(DataGroup.ACTIVE_AUTHENTICATION))
  const hashOfChip = () => activeAuthenticationHash(files.needed(DataGroup.SECURITY_INFOS))
  verifyActiveAuthentication(key, hashOfChip, challenge, reading.activeAuthentication)
  return { ...document, anchorKeyId: keyId }
}

/** RFC 5652 §5.6. */
function verifySignature({ content, contentHash, messageDigest, ...rest }: SecurityObject): void {
  const { signer, algorithm, signedAttributes, signature } = rest
  const isSigned =
    equalBytes(hash(contentHash, content, 'buffer'), messageDigest) &&
    verifies(signer.key, algorithm, signedAttributes, signature)
  if (isSigned) return
  throw new ChipError(
    { code: 'CHIP_SIGNATURE_INVALID' },
    'The list of hashes is not signed by its document signer. Keep the card at the counter: it may be forged.',
  )
}

interface VerifiedFiles {
  /** @throws {ChipError} CHIP_DATA_GROUP_MISSING */
  needed(group: number): Uint8Array
}

function verifiedFiles({ dataGroups }: ChipReading, { hash: name, hashes }: DataGroupHashes): VerifiedFiles {
  const listed = MAY_BE_READ.filter(group => hashes.has(group))
  if (!listed.includes(DataGroup.ACTIVE_AUTHENTICATION)) {
    throw new ChipError(
      { code: 'CHIP_ACTIVE_AUTHENTICATION_MISSING' },
      'The document cannot prove that its chip is no copy. Send the person to the counter.',
    )
  }
  const absent = [...ALWAYS_NEEDED, ...listed].find(group => !dataGroups.has(group))
  if (absent !== undefined) throw missing(absent)
  for (const [group, file] of dataGroups) {
    const expected = hashes.get(group)
    const isSigned = expected && file.length <= MAX_FILE && equalBytes(hash(name, file, 'buffer'), expected)
    if (!isSigned) throw altered(group)
  }
  return {
    needed: group => {
      const file = dataGroups.get(group)
      if (file === undefined) throw missing(group)
      return file
    },
  }
}

const missing = (group: number): ChipError =>
  new ChipError(
    { code: 'CHIP_DATA_GROUP_MISSING', group },
    `DG${group} was not read. The reader must send DG1, DG2, DG11 and DG15, and DG14 if the document has it.`,
  )

const altered = (group: number): ChipError =>
  new ChipError(
    { code: 'CHIP_DATA_GROUP_ALTERED', group },
    `DG${group} is not the file that was signed. Read the card again; if this repeats, keep it: it may be forged.`,
  )

function readDocument(
  files: VerifiedFiles,
  signer: ChipCertificate,
  at: UnixSeconds,
): Omit<VerifiedChip, 'anchorKeyId'> {
  const zone = parseDg1(files.needed(DataGroup.MRZ))
  requireDocumentType(signer, zone.documentCode)
  const holder = parseDg11(files.needed(DataGroup.HOLDER))
  const portrait = parseDg2(files.needed(DataGroup.FACE))
  if (holder.birthdate.replaceAll('-', '').slice(2) !== zone.birthdate) {
    throw new ChipError(
      { code: 'CHIP_DOCUMENT_INCONSISTENT', fact: 'birthdate' },
      'Two files of the document state different dates of birth. Send the person to the counter.',
    )
  }
  if (zone.expiresOn < koreanDate(at)) {
    throw new ChipError(
      { code: 'CHIP_DOCUMENT_EXPIRED' },
      'The document has expired. Apply for a new card at the counter.',
    )
  }
  const { issuingState, documentNumber, expiresOn, sex } = zone
  return { issuingState, documentNumber, expiresOn, sex, ...holder, portrait }
}

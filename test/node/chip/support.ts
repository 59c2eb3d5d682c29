/** A country signing CA, a document signer and chips of ours, and what a reader would get from such a chip. */
import { randomBytes } from 'node:crypto'
import { encode as encodeJpeg } from 'jpeg-js'
import { chipChallenge } from '../../../node/chip/document/challenge.ts'
import { type ChipFacts, type MakeOptions, makeChip } from '../../../node/chip/document/make.ts'
import { makeCountrySigner, makeDocumentSigner } from '../../../node/chip/document/make-certificates.ts'
import type { DocumentSigner } from '../../../node/chip/document/make-security-object.ts'
import { signChallenge } from '../../../node/chip/document/sign-challenge.ts'
import { type ChipAnchor, parseCountrySigner } from '../../../node/chip/document/trust.ts'
import type { ChipCheck } from '../../../node/chip/document/verify.ts'
import { type ChipImage, type ChipReading, dataGroupFile, FileId } from '../../../node/chip/image.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import type { Random } from '../../../node/lib/random.ts'
import { DAY, type UnixSeconds } from '../../../node/lib/time.ts'

export const random: Random = length => new Uint8Array(randomBytes(length))

export const NOW: UnixSeconds = Date.UTC(2027, 2, 15) / 1000
export const YEAR = 365 * DAY

const portrait = Uint8Array.from(encodeJpeg({ width: 24, height: 30, data: Buffer.alloc(24 * 30 * 4, 0xd0) }, 50).data)

export const facts: ChipFacts = {
  documentNumber: 'K12345678',
  personalNumber: '070315-4000000',
  familyName: '홍',
  givenName: '가온',
  birthdate: '2007-03-15',
  sex: 'F',
  address: '서울특별시 종로구 가상로 1',
  expiresOn: '2037-03-14',
  portrait,
}

export interface Country {
  readonly key: SoftwareSigner
  readonly certificate: Uint8Array
  readonly anchor: ChipAnchor
}

export async function country(notBefore = NOW - YEAR, notAfter = NOW + 20 * YEAR): Promise<Country> {
  const key = new SoftwareSigner(makeP256Pem())
  const certificate = await makeCountrySigner(key, { commonName: 'CSCA of a test', notBefore, notAfter }, random)
  return {
    key,
    certificate,
    anchor: { countrySigner: parseCountrySigner(certificate), from: notBefore, until: notAfter },
  }
}

export async function documentSigner(
  { key, certificate }: Country,
  notBefore = NOW - DAY,
  notAfter = NOW + 11 * YEAR,
): Promise<DocumentSigner> {
  const own = new SoftwareSigner(makeP256Pem())
  const term = { commonName: 'Document signer of a test', notBefore, notAfter }
  return {
    certificate: await makeDocumentSigner(key, certificate, own.publicKey.spki, term, random),
    sign: data => own.sign(data),
  }
}

export const makeTestChip = (
  signer: DocumentSigner,
  options: Partial<MakeOptions> = {},
  changed: Partial<ChipFacts> = {},
) => makeChip({ ...facts, ...changed }, signer, { now: NOW, random, ...options })

export const challenge = chipChallenge(random(32), random(32))

export const checkOf = (anchors: readonly ChipAnchor[], at = NOW): ChipCheck => ({ challenge, anchors, at })

/** What a reader gets from the chip. */
export function readingOf(image: ChipImage, asked = challenge): ChipReading {
  const groups = [1, 2, 11, 14, 15].map(group => [group, fileOf(image, dataGroupFile(group))] as const)
  return {
    securityObject: fileOf(image, FileId.SECURITY_OBJECT),
    dataGroups: new Map(groups),
    activeAuthentication: signChallenge(image.activeAuthenticationKey, asked, random),
  }
}

export function fileOf(image: ChipImage, id: number): Uint8Array {
  const file = image.files.get(id)
  if (!file) throw new Error(`the chip has no file ${id.toString(16)}`)
  return file
}

/** The code of the error that it throws. */
export function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
  return 'none'
}

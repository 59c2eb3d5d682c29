/** The hashes and signatures that documents may have: RSA and ECDSA with SHA-256, SHA-384 or SHA-512. */
import { constants, type KeyObject, verify } from 'node:crypto'
import { type ChipPart, parsePart, unsupportedPart } from '../errors.ts'
import { TlvReader } from '../tlv.ts'
import { objectIdentifier, smallInteger, Tag } from './der.ts'

export type HashName = 'sha256' | 'sha384' | 'sha512'

export type SignatureAlgorithm =
  | { readonly kind: 'ecdsa' | 'rsa-pkcs1'; readonly hash: HashName }
  | { readonly kind: 'rsa-pss'; readonly hash: HashName; readonly saltLength: number }

/** An AlgorithmIdentifier (RFC 5280 §4.1.1.2): its parameters are an element, or absent. */
export interface AlgorithmIdentifier {
  readonly id: string
  readonly parameters: Uint8Array | null
}

export const SHA256 = '2.16.840.1.101.3.4.2.1'
/** RFC 5754 §2. */
const HASHES: ReadonlyMap<string, HashName> = new Map([
  [SHA256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

export const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
/** RFC 5758 §3.2; RFC 4055 §5. */
const SIGNATURES: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  [ECDSA_WITH_SHA256, { kind: 'ecdsa', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'sha512' }],
  ['1.2.840.113549.1.1.11', { kind: 'rsa-pkcs1', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa-pkcs1', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa-pkcs1', hash: 'sha512' }],
])
/** In a SignerInfo it leaves the hash to the digestAlgorithm (RFC 3370 §3.2). */
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSASSA_PSS = '1.2.840.113549.1.1.10'
const MGF1 = '1.2.840.113549.1.1.8'

/** @throws {ChipError} CHIP_DOCUMENT_UNSUPPORTED, in particular for SHA-1 */
export function hashOf(part: ChipPart, { id, parameters }: AlgorithmIdentifier): HashName {
  const hash = HASHES.get(id)
  if (hash === undefined || !isNothing(parameters)) {
    throw unsupportedPart(part, 'a hash other than SHA-256, SHA-384 and SHA-512')
  }
  return hash
}

/**
 * @param digest the digestAlgorithm of the same SignerInfo; certificates have none
 * @throws {ChipError} CHIP_DOCUMENT_UNSUPPORTED; CHIP_DOCUMENT_MALFORMED if the parameters cannot be read
 */
export function signatureAlgorithmOf(
  part: ChipPart,
  { id, parameters }: AlgorithmIdentifier,
  digest?: HashName,
): SignatureAlgorithm {
  if (id === RSASSA_PSS && parameters !== null) return parsePart(part, () => pss(part, parameters))
  const known = SIGNATURES.get(id)
  const found = id === RSA_ENCRYPTION && digest !== undefined ? ({ kind: 'rsa-pkcs1', hash: digest } as const) : known
  if (found === undefined || !isNothing(parameters)) {
    throw unsupportedPart(part, 'a signature other than RSA and ECDSA with SHA-256, SHA-384 or SHA-512')
  }
  return found
}

/** Absent or NULL: RFC 4055 and RFC 5754 allow both to be found. */
const isNothing = (parameters: Uint8Array | null): boolean =>
  parameters === null || (parameters.length === 2 && parameters[0] === Tag.NULL && parameters[1] === 0)

/** RSASSA-PSS-params (RFC 4055 §3.1). Its defaults are of SHA-1, so the three first members must be there. */
function pss(part: ChipPart, parameters: Uint8Array): SignatureAlgorithm {
  const members = TlvReader.file(parameters, Tag.SEQUENCE, MAX_PARAMETERS).rest()
  const [hash, mask, salt, trailer] = [0xa0, 0xa1, 0xa2, 0xa3].map(tag => members.get(tag))
  if (!hash || !mask || !salt || members.size > (trailer ? 4 : 3)) {
    throw unsupportedPart(part, 'RSASSA-PSS with other parameters, or with SHA-1')
  }
  const [hashId, maskId] = [algorithmIdentifier(hash), algorithmIdentifier(mask)]
  const name = hashOf(part, hashId)
  const isMgf1 = maskId.id === MGF1 && maskId.parameters !== null
  if (!isMgf1 || hashOf(part, algorithmIdentifier(maskId.parameters)) !== name) {
    throw unsupportedPart(part, 'RSASSA-PSS whose mask is not made by MGF1 with the same hash')
  }
  if (trailer && onlyInteger(trailer) !== 1) throw unsupportedPart(part, 'RSASSA-PSS with another trailer')
  return { kind: 'rsa-pss', hash: name, saltLength: onlyInteger(salt) }
}

const MAX_PARAMETERS = 128

/** @param element an AlgorithmIdentifier. @throws {ParseError} */
export function algorithmIdentifier(element: Uint8Array): AlgorithmIdentifier {
  const content = TlvReader.file(element, Tag.SEQUENCE, MAX_PARAMETERS)
  const id = objectIdentifier(content.value(Tag.OBJECT_IDENTIFIER))
  if (content.isAtEnd) return { id, parameters: null }
  const parameters = content.next().element
  content.end()
  return { id, parameters }
}

function onlyInteger(value: Uint8Array): number {
  const content = new TlvReader(value)
  const number = smallInteger(content.value(Tag.INTEGER))
  content.end()
  return number
}

/** @param signature of ECDSA in DER */
export function verifies(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { kind, hash } = algorithm
  const type = key.asymmetricKeyType
  switch (kind) {
    case 'ecdsa':
      return type === 'ec' && isTrue(() => verify(hash, data, key, signature))
    case 'rsa-pkcs1': {
      const padding = constants.RSA_PKCS1_PADDING
      return type === 'rsa' && isTrue(() => verify(hash, data, { key, padding }, signature))
    }
    case 'rsa-pss': {
      const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }
      return (type === 'rsa' || type === 'rsa-pss') && isTrue(() => verify(hash, data, options, signature))
    }
  }
}

/** OpenSSL reports some false signatures by an error, such as a salt length that the key does not allow. */
function isTrue(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}

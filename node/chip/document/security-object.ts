/**
 * EF.SOD (ICAO Doc 9303-10 §4.6.2): CMS SignedData (RFC 5652) with one signature and the certificate of its document
 * signer. **Nothing is verified** here. What a signature does not cover, and could have several values, is refused: a
 * second certificate, revocation lists, unsigned attributes.
 * Why: docs/decisions/176.
 */
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs'
import { equalBytes } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { malformedPart, parseByLibrary, parsePart } from '../errors.ts'
import { TlvReader } from '../tlv.ts'
import { type ChipCertificate, detailsOf, identifierOf } from './certificate.ts'
import { objectIdentifier, requireDer, Tag } from './der.ts'
import { timeOf } from './der-time.ts'
import { Cms, SECURITY_OBJECT, SIGNED_DATA, SOD } from './identifiers.ts'
import { type DataGroupHashes, parseLdsSecurityObject } from './lds-security-object.ts'
import { type HashName, hashOf, type SignatureAlgorithm, signatureAlgorithmOf } from './signature-algorithm.ts'

/** Real ones have 1,800 to 4,000 bytes. */
const LIMIT = 8192
/** `[0]` in a SignerInfo, implicitly tagged. */
const KEY_IDENTIFIER = 0x80

export interface SecurityObject extends DataGroupHashes {
  /** The signed content, an LDSSecurityObject, and the hash that messageDigest has of it. */
  readonly content: Uint8Array
  readonly contentHash: HashName
  readonly messageDigest: Uint8Array
  /** null if the signer does not state it. */
  readonly signingTime: UnixSeconds | null
  /** What the signature covers: the signed attributes as a SET OF (RFC 5652 §5.4). */
  readonly signedAttributes: Uint8Array
  readonly algorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly signer: ChipCertificate
}

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED */
export function parseSecurityObject(file: Uint8Array): SecurityObject {
  const signedData = parseSignedData(file)
  const { certificates = [], signerInfos, encapContentInfo } = signedData
  const [certificate, ...otherCertificates] = certificates
  const [signerInfo, ...otherSigners] = signerInfos
  if (!(certificate instanceof Certificate) || otherCertificates.length > 0) throw malformed('not one certificate')
  if (signerInfo === undefined || otherSigners.length > 0) throw malformed('not one signature')
  if (signedData.crls !== undefined) throw malformed('it contains revocation lists, which nothing signs')
  const { eContentType, eContent } = encapContentInfo
  if (eContentType !== SECURITY_OBJECT || !eContent) throw malformed('its content is not an LDSSecurityObject')
  const content = onlyValue(eContent.valueBeforeDecodeView, Tag.OCTET_STRING)
  const signer = detailsOf('document signer', certificate)
  requireSigner(signerInfo, signer)
  const contentHash = hashOf('EF.SOD', identifierOf(signerInfo.digestAlgorithm))
  const hashes = parseLdsSecurityObject(content)
  requireDigestAlgorithms(signedData, [contentHash, hashes.hash])
  const algorithm = signatureAlgorithmOf('EF.SOD', identifierOf(signerInfo.signatureAlgorithm), contentHash)
  if (algorithm.hash !== contentHash) throw malformed('the signature has another hash than its digestAlgorithm')
  return {
    ...hashes,
    ...signedAttributesOf(signerInfo),
    ...{ content, contentHash, algorithm, signer },
    signature: Uint8Array.from(signerInfo.signature.valueBlock.valueHexView),
  }
}

function parseSignedData(file: Uint8Array): SignedData {
  const inner = parsePart('EF.SOD', () => {
    const content = TlvReader.file(file, SOD, LIMIT)
    const element = content.element(Tag.SEQUENCE)
    content.end()
    requireDer(element)
    return Uint8Array.from(element)
  })
  return parseByLibrary('EF.SOD', 'CMS SignedData', () => {
    const contentInfo = ContentInfo.fromBER(inner)
    if (contentInfo.contentType !== SIGNED_DATA) throw new TypeError('another content type')
    const signedData = new SignedData({ schema: contentInfo.content })
    // The library ignores what it does not expect, such as another version or a longer list. It writes neither.
    const known = new ContentInfo({ contentType: SIGNED_DATA, content: signedData.toSchema() })
    if (!equalBytes(new Uint8Array(known.toSchema().toBER()), inner))
      throw new TypeError('elements beyond the standard')
    return signedData
  })
}

/** RFC 5652 §5.3: the signer is named by issuer and serial number, or by the key identifier. The version says which. */
function requireSigner({ version, sid }: SignerInfo, signer: ChipCertificate): void {
  const isNamed =
    sid instanceof IssuerAndSerialNumber
      ? version === 1 &&
        equalBytes(new Uint8Array(sid.issuer.valueBeforeDecode), signer.issuerDer) &&
        equalBytes(sid.serialNumber.valueBlock.valueHexView, signer.serialNumber)
      : version === 3 &&
        signer.extensions.subjectKeyId !== null &&
        equalBytes(onlyValue(sid.valueBeforeDecodeView, KEY_IDENTIFIER), signer.extensions.subjectKeyId)
  if (!isNamed) throw malformed('the signature is not of the certificate that it contains')
}

/** The value of a data object with this tag, which the library takes with any tag. */
const onlyValue = (element: Uint8Array, tag: number): Uint8Array =>
  parsePart('EF.SOD', () => {
    const reader = new TlvReader(element)
    const value = reader.value(tag)
    reader.end()
    return Uint8Array.from(value)
  })

/** Nothing signs this list. It may name the hashes that occur, and must name that of the signature. */
function requireDigestAlgorithms({ digestAlgorithms }: SignedData, used: readonly [HashName, HashName]): void {
  const named = digestAlgorithms.map(algorithm => hashOf('EF.SOD', identifierOf(algorithm)))
  if (!named.includes(used[0]) || !named.every(name => used.includes(name)) || new Set(named).size !== named.length) {
    throw malformed('its list of hashes is not that of the hashes in use')
  }
}

function signedAttributesOf({ signedAttrs, unsignedAttrs }: SignerInfo) {
  if (signedAttrs === undefined) throw malformed('it has no signed attributes')
  if (unsignedAttrs !== undefined) throw malformed('it has attributes that nothing signs')
  /** The only value of the attribute, an element. */
  const only = (type: string): TlvReader | undefined => {
    const found = signedAttrs.attributes.filter(attribute => attribute.type === type)
    if (found.length > 1 || found.some(({ values }) => values?.length !== 1)) throw malformed('a repeated attribute')
    return found[0] && new TlvReader(found[0].values[0].valueBeforeDecodeView)
  }
  return parsePart('EF.SOD', () => {
    const contentType = only(Cms.CONTENT_TYPE)?.value(Tag.OBJECT_IDENTIFIER)
    const messageDigest = only(Cms.MESSAGE_DIGEST)?.value(Tag.OCTET_STRING)
    const time = only(Cms.SIGNING_TIME)
    if (contentType === undefined || objectIdentifier(contentType) !== SECURITY_OBJECT) {
      throw malformed('the signed content type is not that of an LDSSecurityObject')
    }
    if (messageDigest === undefined) throw malformed('no message digest is signed')
    return {
      messageDigest: Uint8Array.from(messageDigest),
      signingTime: time === undefined ? null : timeOf(time),
      signedAttributes: new Uint8Array(signedAttrs.encodedValue),
    }
  })
}

const malformed = (reason: string) => malformedPart('EF.SOD', reason)

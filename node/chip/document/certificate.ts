/** A certificate of a document signer or of a country signing CA (RFC 5280 §4.1). **Nothing is verified** here. */
import type { KeyObject } from 'node:crypto'
import { Certificate } from 'pkijs'
import { equalBytes } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { type ChipPart, malformedPart, parseByLibrary, parsePart } from '../errors.ts'
import { TlvReader } from '../tlv.ts'
import { type CertificateExtensions, parseExtensions } from './certificate-extensions.ts'
import { requireDer, Tag } from './der.ts'
import { timeOf } from './der-time.ts'
import { parseName } from './name.ts'
import { parsePublicKey } from './public-key.ts'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
} from './signature-algorithm.ts'

const LIMIT = 8192
const VERSION_3 = Uint8Array.of(Tag.INTEGER, 1, 2)

export interface ChipCertificate {
  readonly serialNumber: Uint8Array
  /** DER, and in the form in which names are compared. */
  readonly issuerDer: Uint8Array
  readonly issuer: string
  readonly subject: string
  readonly notBefore: UnixSeconds
  /** The last second of its validity. */
  readonly notAfter: UnixSeconds
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly key: KeyObject
  readonly extensions: CertificateExtensions
  /** What the signature covers. */
  readonly toBeSigned: Uint8Array
  readonly algorithm: SignatureAlgorithm
  readonly signature: Uint8Array
}

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED */
export function parseCertificate(part: ChipPart, der: Uint8Array): ChipCertificate {
  if (der.length > LIMIT) throw malformedPart(part, 'the certificate is too long')
  return detailsOf(
    part,
    parseByLibrary(part, 'a certificate', () => {
      requireDer(der)
      const reader = new TlvReader(der)
      reader.next()
      reader.end()
      const certificate = Certificate.fromBER(Uint8Array.from(der))
      // The library ignores what it does not expect. It is missing in what it writes.
      if (!equalBytes(new Uint8Array(certificate.toSchema().toBER()), der)) throw new TypeError('further elements')
      return certificate
    }),
  )
}

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED */
export function detailsOf(part: ChipPart, certificate: Certificate): ChipCertificate {
  const outer = identifierOf(certificate.signatureAlgorithm)
  const { unusedBits, valueHexView: signature } = certificate.signatureValue.valueBlock
  if (unusedBits !== 0) throw malformedPart(part, 'the signature is not a whole number of bytes')
  return parsePart(part, () => {
    const toBeSigned = Uint8Array.from(certificate.tbsView)
    const tbs = TlvReader.file(toBeSigned, Tag.SEQUENCE, LIMIT)
    if (!equalBytes(tbs.value(0xa0), VERSION_3)) throw wrongValue('certificate', 'it is not of version 3')
    const serialNumber = tbs.value(Tag.INTEGER)
    // RFC 5280 §4.1.1.2: both are the same. Only this one is signed.
    if (!isSame(algorithmIdentifier(tbs.element(Tag.SEQUENCE)), outer)) {
      throw wrongValue('certificate', 'it names two signature algorithms')
    }
    const issuerDer = tbs.element(Tag.SEQUENCE)
    const validity = tbs.enter(Tag.SEQUENCE)
    const [notBefore, notAfter] = [timeOf(validity), timeOf(validity)]
    validity.end()
    const subjectDer = tbs.element(Tag.SEQUENCE)
    const spki = tbs.element(Tag.SEQUENCE)
    const extensions = parseExtensions(tbs.optional(0xa3))
    tbs.end()
    return {
      ...{ serialNumber, issuerDer, notBefore, notAfter, spki, extensions, toBeSigned },
      issuer: parseName(issuerDer),
      subject: parseName(subjectDer),
      key: parsePublicKey(part, spki),
      algorithm: signatureAlgorithmOf(part, outer),
      signature: Uint8Array.from(signature),
    }
  })
}

/** An AlgorithmIdentifier as the library has parsed it. */
export function identifierOf({ algorithmId, algorithmParams }: Certificate['signatureAlgorithm']): AlgorithmIdentifier {
  return {
    id: algorithmId,
    parameters: algorithmParams === undefined ? null : Uint8Array.from(algorithmParams.valueBeforeDecodeView),
  }
}

const isSame = (a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean =>
  a.id === b.id && equalBytes(a.parameters ?? new Uint8Array(), b.parameters ?? new Uint8Array())

/**
 * What a certificate says about itself (RFC 5280 §4.1): its term, its names, and who signed it. **None of it is
 * verified** here.
 */
import { equalBytes, fromUtf8 } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { DerReader, DerTag } from '../lib/der.ts'
import { wrongEncoding, wrongValue } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { certificateKey } from './certificate.ts'

const { SEQUENCE, BIT_STRING, OCTET_STRING, INTEGER, UTC_TIME, GENERALIZED_TIME } = DerTag
const VERSION = 0xa0
const EXTENSIONS = 0xa3
/** 2.5.29.17 and 1.2.840.10045.4.3.2, as elements. */
const SUBJECT_ALTERNATIVE_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x1d, 0x11)
const ECDSA_WITH_SHA256 = Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)
/** Of a GeneralName (§4.2.1.6). */
const DNS_NAME = 0x82
const URI = 0x86
const HALF = 32

export interface CertificateDetails {
  readonly key: P256PublicKey
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  /** The subject alternative names of these kinds. */
  readonly dnsNames: readonly string[]
  readonly uris: readonly string[]
  /** The distinguished names, DER. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  /** What the signature covers. */
  readonly toBeSigned: Uint8Array
  /** r ‖ s, 64 bytes; null if the certificate is not signed with ECDSA over P-256 and SHA-256. */
  readonly signature: Uint8Array | null
}

/**
 * @param der at most 8,192 bytes
 * @throws {ParseError} unless it is a certificate for a P-256 key
 */
export function certificateDetails(der: Uint8Array): CertificateDetails {
  const key = certificateKey(der)
  const certificate = new DerReader(der).enter(SEQUENCE)
  const toBeSigned = certificate.take(SEQUENCE)
  const algorithm = certificate.enter(SEQUENCE)
  const signature = certificate.value(BIT_STRING)
  certificate.end()
  const tbs = new DerReader(toBeSigned).enter(SEQUENCE)
  if (tbs.peek() === VERSION) tbs.skip()
  tbs.skip() // serialNumber
  tbs.skip() // signature
  const issuer = tbs.take(SEQUENCE)
  const validity = tbs.enter(SEQUENCE)
  const [notBefore, notAfter] = [timeOf(validity), timeOf(validity)]
  const subject = tbs.take(SEQUENCE)
  tbs.skip() // subjectPublicKeyInfo
  const { dnsNames, uris } = alternativeNames(tbs)
  const isEcdsa = equalBytes(algorithm.take(), ECDSA_WITH_SHA256)
  return {
    ...{ key, notBefore, notAfter, dnsNames, uris, issuer, subject, toBeSigned },
    signature: isEcdsa ? signatureOf(signature) : null,
  }
}

/** Whether the key signed the certificate. Terms and names are for the caller to judge. */
export const isCertifiedBy = ({ toBeSigned, signature }: CertificateDetails, key: P256PublicKey): boolean =>
  signature !== null && key.verify(toBeSigned, signature)

/** A time of §4.1.2.5: in UTC, with seconds. */
function timeOf(validity: DerReader): UnixSeconds {
  const tag = validity.peek()
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) throw wrongEncoding('DER', 'a time is expected')
  const text = fromUtf8(validity.value(tag))
  const parts = (
    tag === UTC_TIME ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  )
    .exec(text)
    ?.slice(1)
    .map(Number)
  if (!parts) throw wrongValue('certificate', 'a time is not in the form of RFC 5280')
  const [year = 0, month = 0, day, hour, minute, second] = parts
  const fullYear = tag === GENERALIZED_TIME ? year : year < 50 ? 2000 + year : 1900 + year
  return Date.UTC(fullYear, month - 1, day, hour, minute, second) / 1000
}

function alternativeNames(tbs: DerReader): { dnsNames: string[]; uris: string[] } {
  const dnsNames: string[] = []
  const uris: string[] = []
  // The unique identifiers, which no certificate in use has, come before the extensions.
  while (tbs.peek() !== undefined && tbs.peek() !== EXTENSIONS) tbs.skip()
  const extensions = tbs.peek() === undefined ? undefined : tbs.enter(EXTENSIONS).enter(SEQUENCE)
  while (extensions?.peek() !== undefined) {
    const extension = extensions.enter(SEQUENCE)
    if (!equalBytes(extension.take(), SUBJECT_ALTERNATIVE_NAME)) continue
    if (extension.peek() !== OCTET_STRING) extension.skip()
    const names = extension.enter(OCTET_STRING).enter(SEQUENCE)
    while (names.peek() !== undefined) {
      const tag = names.peek()
      if (tag === DNS_NAME) dnsNames.push(fromUtf8(names.value(DNS_NAME)))
      else if (tag === URI) uris.push(fromUtf8(names.value(URI)))
      else names.skip()
    }
  }
  return { dnsNames, uris }
}

/** Ecdsa-Sig-Value (RFC 3279 §2.2.3) in a BIT STRING, as r ‖ s. */
function signatureOf(bits: Uint8Array): Uint8Array | null {
  if (bits[0] !== 0) return null
  const values = new DerReader(bits.subarray(1)).enter(SEQUENCE)
  const signature = new Uint8Array(2 * HALF)
  for (const end of [HALF, 2 * HALF]) {
    const value = values.value(INTEGER)
    const magnitude = value[0] === 0 ? value.subarray(1) : value
    if (magnitude.length > HALF) return null
    signature.set(magnitude, end - magnitude.length)
  }
  values.end()
  return signature
}

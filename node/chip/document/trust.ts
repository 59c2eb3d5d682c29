/**
 * Whether a document signer may be believed (ICAO Doc 9303-12 §5; RFC 5280 §6): one of the trusted country signing CAs
 * certified it for signing documents, and both certificates were valid when it signed and are valid now.
 * Why CAs are given as certificates: docs/decisions/177.
 */
import { sha256 } from '#crypto'
import { equalBytes, type Hex, toHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { ChipError } from '../errors.ts'
import { type ChipCertificate, parseCertificate } from './certificate.ts'
import { verifies } from './signature-algorithm.ts'

/** Bits of KeyUsage (RFC 5280 §4.2.1.3). */
const DIGITAL_SIGNATURE = 0x80
const KEY_CERT_SIGN = 0x04

type Certified = 'document signer' | 'country signing CA'

/** A country signing CA as its self-signed certificate describes it. Only the caller decides whether it is trusted. */
export interface CountrySigner {
  /** SHA-256 of the SubjectPublicKeyInfo: the key's id in the trust registry. */
  readonly keyId: Hex
  readonly certificate: ChipCertificate
}

/** A country signing CA that the caller trusts in [from, until). */
export interface ChipAnchor {
  readonly countrySigner: CountrySigner
  readonly from: UnixSeconds
  readonly until: UnixSeconds
}

/**
 * @param der the certificate, as the country publishes it
 * @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED, CHIP_SIGNER_UNSUITABLE unless it is a CA's and
 * signed with its own key, so that all it states is stated by the key that is trusted
 */
export function parseCountrySigner(der: Uint8Array): CountrySigner {
  const certificate = parseCertificate('country signing CA', der)
  const { extensions, key, algorithm, toBeSigned, signature, issuer, subject, spki } = certificate
  const { isCa, keyUsage, hasUnknownCritical } = extensions
  if (issuer !== subject || !verifies(key, algorithm, toBeSigned, signature)) {
    throw unsuitable('country signing CA', 'it is not self-signed')
  }
  if (!isCa || keyUsage === null || (keyUsage & KEY_CERT_SIGN) === 0) {
    throw unsuitable('country signing CA', 'it is not for signing certificates')
  }
  if (hasUnknownCritical) throw unsuitable('country signing CA', 'it has a critical extension that is not understood')
  return { keyId: toHex(sha256(spki)), certificate }
}

export interface SignatureTimes {
  /** Of the check. */
  readonly at: UnixSeconds
  /** null if the signer does not state it. */
  readonly signingTime: UnixSeconds | null
}

/**
 * @returns the anchor that certified the signer
 * @throws {ChipError} CHIP_SIGNER_UNTRUSTED, CHIP_SIGNER_UNSUITABLE, CHIP_SIGNER_EXPIRED
 */
export function verifyDocumentSigner(
  signer: ChipCertificate,
  anchors: readonly ChipAnchor[],
  times: SignatureTimes,
): CountrySigner {
  const trusted = anchors.filter(({ from, until }) => from <= times.at && times.at < until)
  const found = trusted.find(({ countrySigner }) => isCertifiedBy(signer, countrySigner.certificate))
  if (!found) {
    throw new ChipError(
      { code: 'CHIP_SIGNER_UNTRUSTED' },
      'No trusted country signing CA certified the document signer. If the card is genuine, the administrator adds its CA.',
    )
  }
  requireDocumentSigner(signer)
  requireTerm('document signer', signer, times)
  requireTerm('country signing CA', found.countrySigner.certificate, times)
  return found.countrySigner
}

/** Names and key identifiers only say which CA to try; the signature decides. */
function isCertifiedBy(signer: ChipCertificate, ca: ChipCertificate): boolean {
  const [authority, subject] = [signer.extensions.authorityKeyId, ca.extensions.subjectKeyId]
  if (signer.issuer !== ca.subject) return false
  if (authority !== null && subject !== null && !equalBytes(authority, subject)) return false
  return verifies(ca.key, signer.algorithm, signer.toBeSigned, signer.signature)
}

function requireDocumentSigner({ extensions }: ChipCertificate): void {
  const { isCa, keyUsage, hasOtherPurpose, hasUnknownCritical } = extensions
  const maySign = keyUsage !== null && (keyUsage & DIGITAL_SIGNATURE) !== 0 && (keyUsage & KEY_CERT_SIGN) === 0
  if (isCa || !maySign || hasOtherPurpose) {
    throw unsuitable('document signer', 'it is not for signing documents')
  }
  if (hasUnknownCritical) throw unsuitable('document signer', 'it has a critical extension that is not understood')
}

/**
 * @param code the document code of DG1, such as `I`
 * @throws {ChipError} CHIP_SIGNER_UNSUITABLE if the certificate limits the signer to other documents (Doc 9303-12 §7.1.1)
 */
export function requireDocumentType({ extensions }: ChipCertificate, code: string): void {
  if (extensions.documentTypes?.includes(code) === false) {
    throw unsuitable('document signer', 'it may not sign documents of this type')
  }
}

function requireTerm(part: Certified, certificate: ChipCertificate, { at, signingTime }: SignatureTimes): void {
  const { notBefore, notAfter, extensions } = certificate
  const isWithin = (time: UnixSeconds) => notBefore <= time && time <= notAfter
  if (!isWithin(at)) throw expired(part, 'check')
  if (signingTime === null) return
  if (!isWithin(signingTime)) throw expired(part, 'signature')
  const { mayUseFrom, mayUseUntil } = extensions
  // The private key of a CA signs certificates, not documents, so its period is not that of this signature.
  if (part === 'country signing CA') return
  if (signingTime < (mayUseFrom ?? 0) || signingTime > (mayUseUntil ?? Number.POSITIVE_INFINITY)) {
    throw expired(part, 'signature')
  }
}

const unsuitable = (part: Certified, reason: string): ChipError =>
  new ChipError(
    { code: 'CHIP_SIGNER_UNSUITABLE', part, reason },
    `The certificate of the ${part} is unsuitable: ${reason}. Send the person to the counter, and tell the administrator.`,
  )

const expired = (part: Certified, at: 'check' | 'signature'): ChipError =>
  new ChipError(
    { code: 'CHIP_SIGNER_EXPIRED', part, at },
    `The certificate of the ${part} was not valid at the time of the ${at}. Send the person to the counter.`,
  )

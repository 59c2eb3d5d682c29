/** What HAIP 1.0 demands of every `x5c`: no self-signed certificate, and so no trust anchor. Nothing is verified here. */

import { fromBase64 } from '../lib/base64.ts'
import { equalBytes } from '../lib/bytes.ts'
import { DerReader, DerTag } from '../lib/der.ts'
import { ParseError, wrongValue } from '../lib/parse-error.ts'
import { type CertificateDetails, certificateDetails, isCertifiedBy } from './certificate-details.ts'

const { SEQUENCE } = DerTag
const VERSION = 0xa0
const MAX_CHAIN = 8

/**
 * @param x5c DER in base64, leaf first
 * @throws {ParseError} if a certificate cannot be read, or one is self-signed
 */
export function requireNoSelfSigned(x5c: readonly unknown[]): void {
  const isChain = x5c.length > 0 && x5c.length <= MAX_CHAIN && x5c.every(each => typeof each === 'string')
  if (!isChain) throw wrongValue('x5c', `1 to ${MAX_CHAIN} certificates in base64 expected`)
  if ((x5c as readonly string[]).some(each => isSelfSigned(fromBase64(each)))) {
    throw wrongValue('x5c', 'a certificate in it is self-signed')
  }
}

/** By its signature, since names may lie. Certificates with other algorithms than ES256 are judged by their names. */
function isSelfSigned(der: Uint8Array): boolean {
  const details = es256Details(der)
  return details ? isCertifiedBy(details, details.key) : namesItself(der)
}

function es256Details(der: Uint8Array): CertificateDetails | null {
  try {
    const details = certificateDetails(der)
    return details.signature === null ? null : details
  } catch (error) {
    if (error instanceof ParseError) return null
    throw error
  }
}

/** Whether subject and issuer are the same, as in every trust anchor (RFC 5280 §3.2). */
function namesItself(der: Uint8Array): boolean {
  const tbs = new DerReader(der).enter(SEQUENCE).enter(SEQUENCE)
  if (tbs.peek() === VERSION) tbs.skip()
  tbs.skip() // serialNumber
  tbs.skip() // signature
  const issuer = tbs.take(SEQUENCE)
  tbs.skip() // validity
  return equalBytes(issuer, tbs.take(SEQUENCE))
}

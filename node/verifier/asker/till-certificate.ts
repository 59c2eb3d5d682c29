/**
 * The certificate of a till: the key that the council registered signs it for the key of one till, for some days, so that an
 * organisation with thousands of tills registers one key. It is not a certificate authority in the sense of RFC 5280: the
 * registry, and not a root, says whether the signing key counts, and a till certifies nobody.
 * Why: docs/decisions/144-a-registered-key-certifies-tills.md.
 */
import { certificateDetails, isCertifiedBy } from '../../credential/certificate-details.ts'
import { equalBytes } from '../../lib/bytes.ts'
import type { P256PublicKey } from '../../lib/crypto.ts'
import { DerReader, DerTag } from '../../lib/der.ts'
import { wrongLength, wrongValue } from '../../lib/parse-error.ts'
import { DAY, type UnixSeconds } from '../../lib/time.ts'

/** A longer term is refused, because nothing but its end stops a till's key that was stolen. */
export const TILL_TERM_LIMIT = 31 * DAY

export interface TillCertificate {
  readonly key: P256PublicKey
  readonly notBefore: UnixSeconds
  /** Inclusive, as RFC 5280 §4.1.2.5 has it. */
  readonly notAfter: UnixSeconds
}

const MAX_CERTIFICATE = 2048

const { BIT_STRING, OCTET_STRING, SEQUENCE } = DerTag
const BOOLEAN = 0x01
const OBJECT_IDENTIFIER = 0x06
const EXTENSIONS = 0xa3
/** Identifiers in hexadecimal, of RFC 5280 §4.2.1. */
const BASIC_CONSTRAINTS = '551d13'
const KEY_USAGE = '551d0f'
/** Key identifiers, alternative names and extended key usage permit nothing that would be refused otherwise. */
const KNOWN = new Set([BASIC_CONSTRAINTS, KEY_USAGE, '551d0e', '551d23', '551d11', '551d25'])

/**
 * Checks that the registered key signed the certificate, that its term is short enough, and that it makes no authority.
 * Whether the term has begun or ended is for the caller, who has the time.
 * @param der an X.509 certificate (RFC 5280 §4.1)
 * @throws {ParseError}
 */
export function verifyTillCertificate(der: Uint8Array, registered: P256PublicKey): TillCertificate {
  if (der.length > MAX_CERTIFICATE) throw wrongLength('certificate', `at most ${MAX_CERTIFICATE} bytes`, der.length)
  const details = certificateDetails(der)
  const { key, notBefore, notAfter } = details
  if (!isCertifiedBy(details, registered)) throw wrongValue('certificate', 'the registered key did not sign it')
  if (equalBytes(key.spki, registered.spki)) throw wrongValue('certificate', 'it certifies the key that signed it')
  if (notAfter - notBefore > TILL_TERM_LIMIT) throw wrongValue('certificate', 'its term is longer than 31 days')
  checkExtensions(details.toBeSigned)
  return { key, notBefore, notAfter }
}

/** RFC 5280 §4.2: an extension occurs once, and an unknown one that is critical is refused. */
function checkExtensions(toBeSigned: Uint8Array): void {
  const tbs = new DerReader(toBeSigned).enter(SEQUENCE)
  while (tbs.peek() !== undefined && tbs.peek() !== EXTENSIONS) tbs.skip()
  if (tbs.peek() === undefined) return
  const extensions = tbs.enter(EXTENSIONS).enter(SEQUENCE)
  tbs.end()
  const seen = new Set<string>()
  while (extensions.peek() !== undefined) {
    const extension = extensions.enter(SEQUENCE)
    const name = [...extension.value(OBJECT_IDENTIFIER)].map(byte => byte.toString(16).padStart(2, '0')).join('')
    const critical = extension.peek() === BOOLEAN && extension.value(BOOLEAN)[0] !== 0
    const value = extension.value(OCTET_STRING)
    extension.end()
    if (seen.has(name)) throw wrongValue('certificate', 'an extension occurs twice')
    seen.add(name)
    if (critical && !KNOWN.has(name)) throw wrongValue('certificate', 'an unknown critical extension')
    if (name === BASIC_CONSTRAINTS && isAuthority(value)) throw wrongValue('certificate', 'a till certifies nobody')
    if (name === KEY_USAGE && !isForSignatures(value)) throw wrongValue('certificate', 'a till only signs requests')
  }
}

/** §4.2.1.9. An explicit FALSE, which DER forbids, is accepted, because it grants nothing. */
function isAuthority(value: Uint8Array): boolean {
  const constraints = new DerReader(value).enter(SEQUENCE)
  return constraints.peek() === BOOLEAN && constraints.value(BOOLEAN)[0] !== 0
}

/** §4.2.1.3: digitalSignature is the first bit, keyCertSign the sixth, cRLSign the seventh. */
function isForSignatures(value: Uint8Array): boolean {
  const bits = new DerReader(value).value(BIT_STRING)[1] ?? 0
  return (bits & 0x80) !== 0 && (bits & 0x06) === 0
}

/**
 * The public key of a credential's certificate. The verifier trusts nothing else in the certificate: TrustRegistry
 * decides whether the key may sign cards, and a certificate chain would add nothing (docs/decisions/060). The Authority
 * Key Identifiers only say whether a card is one of those that a query asks for.
 */
import { importP256Spki } from '#crypto'
import { fromBase64 } from '../lib/base64.ts'
import { equalBytes, toBase64url } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { DerReader, DerTag } from '../lib/der.ts'
import { ParseError, wrongLength } from '../lib/parse-error.ts'

const MAX_CERTIFICATE = 8192
const { SEQUENCE, OCTET_STRING } = DerTag
const VERSION = 0xa0
const EXTENSIONS = 0xa3
/** Of an AuthorityKeyIdentifier (RFC 5280 §4.2.1.1), the implicitly tagged KeyIdentifier. */
const KEY_IDENTIFIER = 0x80
/** The object identifier 2.5.29.35, as an element. */
const AUTHORITY_KEY_IDENTIFIER = Uint8Array.of(0x06, 0x03, 0x55, 0x1d, 0x23)

/**
 * @param der an X.509 certificate (RFC 5280 §4.1)
 * @throws {ParseError} if it is not a certificate, or its key is not of P-256
 */
export function certificateKey(der: Uint8Array): P256PublicKey {
  return importP256Spki(atSubjectKey(der).take(SEQUENCE))
}

/**
 * The Authority Key Identifiers of a certificate chain (OpenID4VP 1.0 §6.1.1.1), in base64url. A certificate that cannot
 * be parsed has none.
 * @param x5c DER in base64, as in `x5c` (RFC 7515 §4.1.6)
 */
export function authorityKeyIds(x5c: readonly string[]): string[] {
  return x5c.flatMap(certificate => {
    try {
      return authorityKeyId(fromBase64(certificate)) ?? []
    } catch (error) {
      if (error instanceof ParseError) return []
      throw error
    }
  })
}

function authorityKeyId(der: Uint8Array): string | undefined {
  const tbs = atSubjectKey(der)
  tbs.skip()
  // The unique identifiers, which no certificate in use has, come before the extensions.
  while (tbs.peek() !== undefined && tbs.peek() !== EXTENSIONS) tbs.skip()
  if (tbs.peek() === undefined) return undefined
  const extensions = tbs.enter(EXTENSIONS).enter(SEQUENCE)
  while (extensions.peek() !== undefined) {
    const extension = extensions.enter(SEQUENCE)
    if (!equalBytes(extension.take(), AUTHORITY_KEY_IDENTIFIER)) continue
    if (extension.peek() !== OCTET_STRING) extension.skip()
    const value = extension.enter(OCTET_STRING).enter(SEQUENCE)
    return value.peek() === KEY_IDENTIFIER ? toBase64url(value.value(KEY_IDENTIFIER)) : undefined
  }
  return undefined
}

/** @returns the reader at the SubjectPublicKeyInfo */
function atSubjectKey(der: Uint8Array): DerReader {
  if (der.length > MAX_CERTIFICATE) throw wrongLength('certificate', `at most ${MAX_CERTIFICATE} bytes`, der.length)
  const certificate = new DerReader(der)
  const outer = certificate.enter(SEQUENCE)
  certificate.end()
  const tbs = outer.enter(SEQUENCE)
  if (tbs.peek() === VERSION) tbs.skip()
  // serialNumber, signature, issuer, validity, subject
  for (let i = 0; i < 5; i++) tbs.skip()
  return tbs
}

import { createPublicKey, type KeyObject } from 'node:crypto'
import { type ChipPart, malformedPart, parseByLibrary, unsupportedPart } from '../errors.ts'
import { requireDer } from './der.ts'

/** As OpenSSL names them: P-256, P-384, P-521, and the curves of RFC 5639 that Doc 9303 documents use. */
const CURVES: ReadonlySet<string | undefined> = new Set([
  ...['prime256v1', 'secp384r1', 'secp521r1'],
  ...['brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'],
])
const MIN_MODULUS = 2048
const MAX_MODULUS = 4096
/** A larger exponent has no use, and makes each check slow. With 1, everybody could sign. */
const MIN_EXPONENT = 3n
const MAX_EXPONENT = 2n ** 32n
const LIMIT = 2048

/**
 * A public key that documents may have. Doc 9303-12 §4.4 lets a certificate describe its curve by explicit parameters.
 * OpenSSL compares all of them, the generator included, with the curves that it knows, and gives the key the name of a
 * curve only if all are equal. So a key with parameters of its own is refused here.
 * @param spki a SubjectPublicKeyInfo, DER
 * @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED
 */
export function parsePublicKey(part: ChipPart, spki: Uint8Array): KeyObject {
  if (spki.length > LIMIT) throw malformedPart(part, 'the public key is too long')
  const key = parseByLibrary(part, 'a public key', () => {
    requireDer(spki)
    return createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' })
  })
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'ec':
      if (CURVES.has(namedCurve)) return key
      throw unsupportedPart(part, 'another curve than P-256, P-384, P-521 and brainpool')
    case 'rsa':
    case 'rsa-pss':
      if (modulusLength < MIN_MODULUS || modulusLength > MAX_MODULUS) {
        throw unsupportedPart(part, `an RSA key that has not ${MIN_MODULUS} to ${MAX_MODULUS} bits`)
      }
      if (publicExponent >= MIN_EXPONENT && publicExponent < MAX_EXPONENT) return key
      throw unsupportedPart(part, 'an RSA key with another exponent than 3 to 2^32')
    default:
      throw unsupportedPart(part, 'a key that is neither RSA nor EC')
  }
}

import { sha256 } from '#crypto'
import { concat, fromBase64url, utf8 } from '../lib/bytes.ts'

/**
 * The two digits by which a clerk sees that the code was redeemed by the applicant's own phone: the wallet computes and
 * shows them, and the issuer shows them to the clerk.
 *
 *   SHA-256(thumbprint ‖ code), read as an unsigned big-endian number, modulo 100, written with two digits
 *
 * - thumbprint: the 32 octets of the RFC 7638 SHA-256 thumbprint of the wallet's DPoP key, not their base64url text
 * - code: the octets of the pre-authorized code's text in US-ASCII, as the offer has it and the token request repeats it
 *
 * Another phone that photographed the QR code has another DPoP key. Its digits are the same by chance once in a hundred
 * times: the transaction code is the protection against that.
 * @param thumbprint base64url, as `jkt` (RFC 9449 §6.1)
 */
export function redemptionDigits(thumbprint: string, preAuthorizedCode: string): string {
  const hash = sha256(concat(fromBase64url(thumbprint), utf8(preAuthorizedCode)))
  return String(hash.reduce((rest, octet) => (rest * 256 + octet) % 100, 0)).padStart(2, '0')
}

import { sha256 } from '#crypto'
import { utf8 } from '../../lib/bytes.ts'

const PREFIX = utf8('dojang chip')
const LENGTH = 8
const THUMBPRINT = 32

/**
 * The challenge that the chip signs (RND.IFD, Doc 9303-11 §6.1): the first 8 bytes of
 * SHA-256("dojang chip" ‖ nonce ‖ thumbprint). It binds the chip's answer to one session and to one phone, so an answer that
 * is relayed from another phone is refused.
 * @param nonce of the session, as bytes
 * @param thumbprint SHA-256 of the device key (RFC 7638), 32 bytes. Its length is fixed, so two different pairs never
 * give the same bytes to the hash.
 */
export function chipChallenge(nonce: Uint8Array, thumbprint: Uint8Array): Uint8Array {
  if (thumbprint.length !== THUMBPRINT) throw new TypeError('a thumbprint of 32 bytes is expected')
  return Uint8Array.from(sha256(PREFIX, nonce, thumbprint).subarray(0, LENGTH))
}

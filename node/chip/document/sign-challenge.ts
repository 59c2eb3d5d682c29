/** What a chip does on INTERNAL AUTHENTICATE (ICAO Doc 9303-11 §6.1): the counterpart of active-authentication.ts. */
import { constants, createPrivateKey, hash, type KeyObject, privateDecrypt, sign } from 'node:crypto'
import { concat } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'

const HEADER = Uint8Array.of(0x6a)
/** ISO/IEC 9796-2 §8.1.2: SHA-256, by number. */
const TRAILER = Uint8Array.of(0x34, 0xcc)
const HASH_LENGTH = 32

/**
 * @param key the chip's private key, PKCS#8 DER, as `ChipImage` has it: P-256, or RSA
 * @returns r ‖ s over SHA-256; or a signature of ISO/IEC 9796-2 scheme 1 with SHA-256
 */
export function signChallenge(key: Uint8Array, challenge: Uint8Array, random: Random): Uint8Array {
  const privateKey = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
  if (privateKey.asymmetricKeyType === 'rsa') return rsa(privateKey, challenge, random)
  return Uint8Array.from(sign('sha256', challenge, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
}

function rsa(key: KeyObject, challenge: Uint8Array, random: Random): Uint8Array {
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const own = random(length - HEADER.length - HASH_LENGTH - TRAILER.length)
  const digest = hash('sha256', concat(own, challenge), 'buffer')
  // Decryption without padding is the bare power that a signature is, too.
  const block = concat(HEADER, own, digest, TRAILER)
  return Uint8Array.from(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, block))
}

/**
 * A holder key, encrypted under the secret that the authenticator derives for this wallet (the PRF extension of WebAuthn):
 *
 *   PRF output, 32 bytes ─HKDF-SHA-256(salt of this key, "dojang wallet holder key 1")─▶ AES-256-GCM key
 *   PKCS #8 of the holder key ─AES-GCM(iv, additional data = id of the key)─▶ what is stored
 *
 * The key exists unencrypted only inside WebCrypto, and for one use: generated as extractable, wrapped, and dropped; later
 * unwrapped as not extractable.
 */
import { utf8 } from '../../../../lib/bytes.ts'
import type { Random } from '../../../../lib/random.ts'

export interface WrappedKey {
  readonly salt: Uint8Array
  readonly iv: Uint8Array
  readonly wrapped: Uint8Array
}

const INFO = utf8('dojang wallet holder key 1')
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** @param key extractable */
export async function wrapKey(
  subtle: SubtleCrypto,
  random: Random,
  prf: Uint8Array,
  id: string,
  key: CryptoKey,
): Promise<WrappedKey> {
  const [salt, iv] = [random(16), random(12)]
  const wrapping = await wrappingKey(subtle, prf, salt, 'wrapKey')
  const wrapped = await subtle.wrapKey('pkcs8', key, wrapping, gcm(iv, id))
  return { salt, iv, wrapped: new Uint8Array(wrapped) }
}

/** Rejects if it is not the secret with which the key was wrapped, or the key of another id. */
export async function unwrapKey(
  subtle: SubtleCrypto,
  prf: Uint8Array,
  id: string,
  { salt, iv, wrapped }: WrappedKey,
): Promise<CryptoKey> {
  const wrapping = await wrappingKey(subtle, prf, salt, 'unwrapKey')
  return subtle.unwrapKey('pkcs8', owned(wrapped), wrapping, gcm(iv, id), ECDSA, false, ['sign'])
}

async function wrappingKey(subtle: SubtleCrypto, prf: Uint8Array, salt: Uint8Array, use: 'wrapKey' | 'unwrapKey') {
  const secret = await subtle.importKey('raw', owned(prf), 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: owned(salt), info: owned(INFO) }
  return subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, [use])
}

const gcm = (iv: Uint8Array, id: string) => ({ name: 'AES-GCM', iv: owned(iv), additionalData: owned(utf8(id)) })

/** WebCrypto's types want bytes that no other thread can change. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)

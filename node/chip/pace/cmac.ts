/** AES-CMAC (NIST SP 800-38B, RFC 4493) and AES-CBC without padding. OpenSSL has no CMAC that Node can call. */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export const AES_BLOCK = 16
const ZERO_BLOCK = new Uint8Array(AES_BLOCK)
/** The constant R of 128-bit blocks. */
const R = 0x87

const suite = (key: Uint8Array, mode: 'cbc' | 'ecb') => `aes-${key.length * 8}-${mode}`

/** @param data a multiple of 16 bytes */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv(suite(key, 'cbc'), key, iv).setAutoPadding(false).update(data))
}

/** @param data a multiple of 16 bytes */
export function decryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createDecipheriv(suite(key, 'cbc'), key, iv).setAutoPadding(false).update(data))
}

export function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv(suite(key, 'ecb'), key, null).setAutoPadding(false).update(block))
}

/** All 16 bytes of the MAC. */
export function cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const k1 = doubled(encryptBlock(key, ZERO_BLOCK))
  const whole = message.length > 0 && message.length % AES_BLOCK === 0
  const padded = whole ? new Uint8Array(message) : padIso(message)
  const mask = whole ? k1 : doubled(k1)
  const last = padded.length - AES_BLOCK
  for (let i = 0; i < AES_BLOCK; i++) padded[last + i] = (padded[last + i] as number) ^ (mask[i] as number)
  return encryptCbc(key, ZERO_BLOCK, padded).slice(last)
}

/** Multiplication by x in GF(2^128). */
function doubled(block: Uint8Array): Uint8Array {
  const out = block.map((byte, i) => (byte << 1) | ((block[i + 1] ?? 0) >> 7))
  if ((block[0] as number) & 0x80) out[AES_BLOCK - 1] = (out[AES_BLOCK - 1] as number) ^ R
  return out
}

/** Padding method 2 of ISO/IEC 9797-1: 80, then zeros up to a whole block. */
export function padIso(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.floor(data.length / AES_BLOCK + 1) * AES_BLOCK)
  padded.set(data)
  padded[data.length] = 0x80
  return padded
}

/** Undefined if the bytes do not end in such a padding. */
export function unpadIso(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  return end >= 0 && padded[end] === 0x80 && padded.length - end <= AES_BLOCK ? padded.subarray(0, end) : undefined
}

/** JWEs in compact serialisation (RFC 7516 §7.1) that are encrypted with ECDH-ES to a P-256 key. */
import { CompactEncrypt, type CryptoKey, compactDecrypt, errors, importJWK, type JWK, type KeyObject } from 'jose'
import { importP256 } from '#crypto'
import { textFromBase64url, utf8 } from '../bytes.ts'
import type { P256Jwk } from '../crypto.ts'
import { type JsonObject, parseJsonObject } from '../json.ts'
import { wrongLength, wrongValue } from '../parse-error.ts'
import { parseP256Jwk } from './jwk.ts'

export interface DecryptionKey {
  readonly kid: unknown
  readonly privateKey: JWK | KeyObject | CryptoKey
  /** Values of `enc` that are accepted. */
  readonly methods: readonly string[]
  /** The most bytes of a plaintext, also of one that was compressed (`zip: DEF`). */
  readonly maxLength: number
}

/**
 * The plaintext. It does not authenticate the sender, since anybody can encrypt to a public key.
 * @throws {ParseError} if it is not encrypted to this key in this way
 */
export async function decryptJwe(
  text: string,
  { kid, privateKey, methods, maxLength }: DecryptionKey,
): Promise<Uint8Array> {
  const header = parseHeader(text)
  if (header.kid !== undefined && header.kid !== kid) throw wrongValue('JWE', 'encrypted to another key')
  // Checked here, because the platform's error for a point that is not on the curve is not distinguishable from other
  // faults.
  importP256(parseP256Jwk(header.epk))
  try {
    const { plaintext } = await compactDecrypt(text, privateKey, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: [...methods],
      maxDecompressedLength: maxLength,
    })
    if (plaintext.length > maxLength) throw wrongLength('JWE', `at most ${maxLength} bytes`, plaintext.length)
    return plaintext
  } catch (error) {
    throw error instanceof errors.JOSEError ? wrongValue('JWE', 'it does not decrypt', error) : error
  }
}

export interface EncryptionKey {
  /** A point of the curve: `importP256` checks that. */
  readonly jwk: P256Jwk
  readonly kid?: string | undefined
  readonly enc: string
}

/** @param header further members: `cty` for a nested JWT (RFC 7519 §5.2), `zip` to compress */
export async function encryptJwe(
  content: string | Uint8Array,
  { jwk, kid, enc }: EncryptionKey,
  header: { readonly cty?: string; readonly zip?: 'DEF' | undefined } = {},
): Promise<string> {
  const { cty, zip } = header
  const members = { ...(kid !== undefined && { kid }), ...(cty !== undefined && { cty }), ...(zip && { zip }) }
  return new CompactEncrypt(typeof content === 'string' ? utf8(content) : content)
    .setProtectedHeader({ alg: 'ECDH-ES', enc, ...members })
    .encrypt(await importJWK({ ...jwk }, 'ECDH-ES'))
}

function parseHeader(text: string): JsonObject {
  const end = text.indexOf('.')
  if (end < 0) throw wrongValue('JWE', 'five parts are expected')
  return parseJsonObject(textFromBase64url(text.slice(0, end)), { maxLength: 16_384, numbers: 'any' })
}

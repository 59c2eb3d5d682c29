/**
 * Active authentication (ICAO Doc 9303-11 §6.1): the chip signs a challenge with a key that never leaves it, and whose
 * public part the document signer has signed in DG15. A copy of all files cannot do that.
 */
import { constants, hash as hashBytes, type KeyObject, publicEncrypt, verify } from 'node:crypto'
import { concat, equalBytes } from '../../lib/bytes.ts'
import { ChipError, parsePart } from '../errors.ts'
import { TlvReader } from '../tlv.ts'
import { Tag } from './der.ts'
import { parsePublicKey } from './public-key.ts'
import type { HashName } from './signature-algorithm.ts'

/** The outer tag of DG15 (Doc 9303-10 §4.7.15). */
export const DG15 = 0x6f
const LIMIT = 2048

/** @throws {ChipError} CHIP_DOCUMENT_MALFORMED, CHIP_DOCUMENT_UNSUPPORTED */
export function parseDg15(file: Uint8Array): KeyObject {
  const spki = parsePart('DG15', () => {
    const content = TlvReader.file(file, DG15, LIMIT)
    const element = content.element(Tag.SEQUENCE)
    content.end()
    return element
  })
  return parsePublicKey('DG15', spki)
}

/**
 * @param hash of ECDSA, as DG14 states it
 * @throws {ChipError} CHIP_ACTIVE_AUTHENTICATION_FAILED unless the chip signed this challenge
 */
export function verifyActiveAuthentication(
  key: KeyObject,
  hash: () => HashName,
  challenge: Uint8Array,
  answer: Uint8Array,
): void {
  const isSigned = key.asymmetricKeyType === 'ec' ? ecdsa(key, hash(), challenge, answer) : rsa(key, challenge, answer)
  if (isSigned) return
  throw new ChipError(
    { code: 'CHIP_ACTIVE_AUTHENTICATION_FAILED' },
    'The chip did not sign the challenge of this session and phone. Begin a new session on the phone that gets the card.',
  )
}

/** r ‖ s of the curve's length (BSI TR-03111 §5.2.1, plain format). */
function ecdsa(key: KeyObject, hash: HashName, challenge: Uint8Array, answer: Uint8Array): boolean {
  try {
    return verify(hash, challenge, { key, dsaEncoding: 'ieee-p1363' }, answer)
  } catch {
    return false
  }
}

/** ISO/IEC 9796-2 §8.1: the header of a block with more data than it recovers, and the trailers. */
const HEADER = 0x6a
const TRAILER_SHA1 = 0xbc
const TRAILER_WITH_HASH = 0xcc
/** The hashes of a two-byte trailer, by its first byte (ISO/IEC 10118-3). */
const TRAILER_HASHES: ReadonlyMap<number, HashName> = new Map([
  [0x34, 'sha256'],
  [0x36, 'sha384'],
  [0x35, 'sha512'],
])

function rsa(key: KeyObject, challenge: Uint8Array, answer: Uint8Array): boolean {
  const block = openedBlock(key, answer)
  return block !== undefined && blockSigns(block, challenge)
}

/**
 * Digital signature scheme 1 of ISO/IEC 9796-2, with the challenge as the part M2 that is not recovered: the block is
 * 6A ‖ M1 ‖ hash(M1 ‖ challenge) ‖ trailer, where the chip chose M1.
 * @param block the answer to the power of the public exponent
 */
export function blockSigns(block: Uint8Array, challenge: Uint8Array): boolean {
  const trailer = trailerOf(block)
  if (!trailer || block[0] !== HEADER) return false
  const end = block.length - trailer.length
  const start = end - HASH_LENGTH[trailer.hash]
  if (start < 1) return false
  const expected = hashBytes(trailer.hash, concat(block.subarray(1, start), challenge), 'buffer')
  return equalBytes(expected, block.subarray(start, end))
}

/**
 * The trailer of one byte means SHA-1 (Doc 9303-11 §6.1.2.2), which many chips still use here. It is accepted, because two
 * challenges with one hash help nobody: the chip chooses M1 after it has got the challenge.
 * Why: docs/decisions/178.
 */
function trailerOf(block: Uint8Array): { hash: HashName | 'sha1'; length: number } | undefined {
  const [before = 0, last] = block.subarray(-2)
  if (last === TRAILER_SHA1) return { hash: 'sha1', length: 1 }
  const hash = last === TRAILER_WITH_HASH ? TRAILER_HASHES.get(before) : undefined
  return hash && { hash, length: 2 }
}

const HASH_LENGTH = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

/** A signature may be the smaller of s and n - s (§B.6). The block ends with the half-byte C, so it shows which one it is. */
function openedBlock(key: KeyObject, answer: Uint8Array): Uint8Array | undefined {
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  if (answer.length !== length) return undefined
  const block = power(key, answer)
  if (block === undefined || ((block.at(-1) as number) & 0x0f) === 0x0c) return block
  const { n = '' } = key.export({ format: 'jwk' })
  const other = numberOf(Buffer.from(n, 'base64url')) - numberOf(block)
  return Buffer.from(other.toString(16).padStart(2 * length, '0'), 'hex')
}

/** answer^e mod n; undefined if the answer is not below n. */
function power(key: KeyObject, answer: Uint8Array): Uint8Array | undefined {
  try {
    return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, answer)
  } catch {
    return undefined
  }
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

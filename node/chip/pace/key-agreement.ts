/** The computations of PACE that reader and chip share (ICAO 9303-11 §4.4.3, §9.7). */
import { createHash } from 'node:crypto'
import { wrongValue } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { tlv } from '../tlv.ts'
import type { CurvePoint, PaceCurve, PaceProtocol } from './algorithms.ts'
import { cmac, decryptCbc, encryptCbc } from './cmac.ts'

export const TOKEN_LENGTH = 8
const ZERO_IV = new Uint8Array(16)
const SCALAR_LENGTH = 32

/** What a key is derived for (§9.7.1). */
const Purpose = { encryption: 1, mac: 2, password: 3 } as const

/** KDF(K, c): SHA-1 for keys of 128 bits, SHA-256 for longer ones. */
function derive(secret: Uint8Array, purpose: number, keyLength: number): Uint8Array {
  const hash = createHash(keyLength === 16 ? 'sha1' : 'sha256')
  return new Uint8Array(
    hash
      .update(secret)
      .update(Uint8Array.of(0, 0, 0, purpose))
      .digest(),
  ).slice(0, keyLength)
}

/** The fewest whole blocks that are as long as the key (§4.4.3.3). */
export const nonceLength = ({ keyLength }: PaceProtocol): number => keyLength

/** K_π, with which the chip encrypts its nonce. @param secret the card access number in ASCII */
export const passwordKey = (secret: Uint8Array, { keyLength }: PaceProtocol): Uint8Array =>
  derive(secret, Purpose.password, keyLength)

export const encryptNonce = (key: Uint8Array, nonce: Uint8Array): Uint8Array => encryptCbc(key, ZERO_IV, nonce)
export const decryptNonce = (key: Uint8Array, encrypted: Uint8Array): Uint8Array => decryptCbc(key, ZERO_IV, encrypted)

export interface KeyPair {
  readonly secret: bigint
  readonly point: CurvePoint
  /** Uncompressed: 04 ‖ x ‖ y. */
  readonly encoded: Uint8Array
}

/** A key pair over the curve's generator, or over a mapped one. */
export function keyPair({ Point }: PaceCurve, random: Random, generator: CurvePoint = Point.BASE): KeyPair {
  const secret = randomScalar(Point.Fn.ORDER, random)
  const point = generator.multiply(secret)
  return { secret, point, encoded: point.toBytes(false) }
}

/** Uniform in [1, order). Draws again what is outside. */
function randomScalar(order: bigint, random: Random): bigint {
  for (;;) {
    const value = toBigInt(random(SCALAR_LENGTH))
    if (value > 0n && value < order) return value
  }
}

const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)

/** @throws {ParseError} PARSE_VALUE unless it is an uncompressed point of the curve other than zero */
export function parsePoint({ Point }: PaceCurve, bytes: Uint8Array): CurvePoint {
  if (bytes.length !== 1 + 2 * SCALAR_LENGTH || bytes[0] !== 0x04) {
    throw wrongValue('public key', 'not an uncompressed point of 65 bytes')
  }
  try {
    const point = Point.fromBytes(bytes)
    point.assertValidity()
    return point
  } catch (cause) {
    throw wrongValue('public key', 'not a point on the curve', cause)
  }
}

/**
 * The generator Ĝ = s·G + H of this session, where H is what both sides agree on (§4.4.3.3.1).
 * @throws {ParseError} PARSE_VALUE if it is zero
 */
export function mappedGenerator({ Point }: PaceCurve, nonce: Uint8Array, own: KeyPair, other: CurvePoint): CurvePoint {
  const s = toBigInt(nonce) % Point.Fn.ORDER
  const scaled = s === 0n ? Point.ZERO : Point.BASE.multiply(s)
  const generator = scaled.add(other.multiply(own.secret))
  if (generator.is0()) throw wrongValue('public key', 'the mapped generator is zero')
  return generator
}

export interface SessionKeys {
  readonly encryption: Uint8Array
  readonly mac: Uint8Array
}

/** KS_Enc and KS_MAC, from the x-coordinate of the point that both sides agree on. */
export function sessionKeys({ keyLength }: PaceProtocol, own: KeyPair, other: CurvePoint): SessionKeys {
  const shared = other
    .multiply(own.secret)
    .toBytes(false)
    .slice(1, 1 + SCALAR_LENGTH)
  return {
    encryption: derive(shared, Purpose.encryption, keyLength),
    mac: derive(shared, Purpose.mac, keyLength),
  }
}

const PUBLIC_KEY = 0x7f49
const OBJECT_IDENTIFIER = 0x06
const POINT = 0x86

/** The token by which one side proves its keys: a MAC over the other side's public key (§4.4.3.4). */
export function authenticationToken({ mac }: SessionKeys, { oid }: PaceProtocol, otherKey: Uint8Array): Uint8Array {
  const key = tlv(PUBLIC_KEY, tlv(OBJECT_IDENTIFIER, oid), tlv(POINT, otherKey))
  return cmac(mac, key).slice(0, TOKEN_LENGTH)
}

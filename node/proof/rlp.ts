import { concat } from '../lib/bytes.ts'
import { malformed } from './errors.ts'

/**
 * Recursive Length Prefix. Exactly one encoding is accepted for each value, the nesting is bounded, and decoded items
 * share memory with the input.
 * Why: docs/decisions/024.
 */
export type RlpItem = Uint8Array | readonly RlpItem[]

/** Deeper than anything in a block: an access list (4) within a transaction within a body. */
const MAX_DEPTH = 12

export function encodeRlp(item: RlpItem): Uint8Array {
  if (item instanceof Uint8Array) {
    if (item.length === 1 && (item[0] as number) < 0x80) return item
    return concat(prefix(item.length, 0x80), item)
  }
  const parts = item.map(encodeRlp)
  let length = 0
  for (const part of parts) length += part.length
  return concat(prefix(length, 0xc0), ...parts)
}

/** A scalar: big-endian without leading zeros. Zero is the empty string. */
export function rlpScalar(value: bigint | number): Uint8Array {
  let hex = value.toString(16)
  if (hex === '0') return new Uint8Array(0)
  if (hex.length % 2 === 1) hex = `0${hex}`
  const out = new Uint8Array(hex.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return out
}

/** @throws {ProofError} PROOF_MALFORMED unless `bytes` is one canonical item and nothing after it */
export function decodeRlp(bytes: Uint8Array, what = 'RLP'): RlpItem {
  const [item, end] = decodeAt(bytes, 0, bytes.length, 0, what)
  if (end !== bytes.length) throw malformed(what, 'bytes follow the item')
  return item
}

/** @throws {ProofError} PROOF_MALFORMED unless the item is a list (of `length` items, when given) */
export function rlpList(item: RlpItem | undefined, what: string, length?: number): readonly RlpItem[] {
  if (item === undefined || item instanceof Uint8Array) throw malformed(what, 'a list is expected')
  if (length !== undefined && item.length !== length) throw malformed(what, `${length} items are expected`)
  return item
}

/** @throws {ProofError} PROOF_MALFORMED unless the item is a byte string (of `length` bytes, when given) */
export function rlpBytes(item: RlpItem | undefined, what: string, length?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw malformed(what, 'a byte string is expected')
  if (length !== undefined && item.length !== length) throw malformed(what, `${length} bytes are expected`)
  return item
}

/** @throws {ProofError} PROOF_MALFORMED unless the item is a scalar of at most 32 bytes without leading zeros */
export function rlpBigint(item: RlpItem | undefined, what: string): bigint {
  const bytes = rlpBytes(item, what)
  if (bytes.length > 32 || bytes[0] === 0) throw malformed(what, 'not a canonical scalar')
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

/** @throws {ProofError} PROOF_MALFORMED unless the item is a scalar below 2^53 */
export function rlpNumber(item: RlpItem | undefined, what: string): number {
  const value = rlpBigint(item, what)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(what, 'exceeds 2^53 - 1')
  return Number(value)
}

function prefix(length: number, offset: 0x80 | 0xc0): Uint8Array {
  if (length < 56) return new Uint8Array([offset + length])
  const size = rlpScalar(length)
  return concat(new Uint8Array([offset + 55 + size.length]), size)
}

function decodeAt(bytes: Uint8Array, at: number, limit: number, depth: number, what: string): [RlpItem, number] {
  const first = bytes[at]
  if (at >= limit || first === undefined) throw malformed(what, 'it ends early')
  if (first < 0x80) return [bytes.subarray(at, at + 1), at + 1]

  const isList = first >= 0xc0
  const short = first - (isList ? 0xc0 : 0x80)
  const start = at + 1 + Math.max(0, short - 55)
  const length = short < 56 ? short : longLength(bytes.subarray(at + 1, Math.min(start, limit)), short - 55, what)
  const end = start + length
  if (end > limit) throw malformed(what, 'it ends early')

  if (!isList) {
    if (length === 1 && (bytes[start] as number) < 0x80) throw malformed(what, 'a single byte carries a prefix')
    return [bytes.subarray(start, end), end]
  }
  if (depth >= MAX_DEPTH) throw malformed(what, `lists nest deeper than ${MAX_DEPTH}`)
  const items: RlpItem[] = []
  for (let next = start; next < end; ) {
    const [item, after] = decodeAt(bytes, next, end, depth + 1, what)
    items.push(item)
    next = after
  }
  return [items, end]
}

function longLength(size: Uint8Array, expected: number, what: string): number {
  if (size.length !== expected || expected > 4) throw malformed(what, 'it ends early')
  let length = 0
  for (const byte of size) length = length * 256 + byte
  if (size[0] === 0 || length < 56) throw malformed(what, 'a length is not in its shortest form')
  return length
}

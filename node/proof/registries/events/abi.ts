/**
 * The ABI types of the contracts' event fields, decoded without an ABI library, because this code runs in a browser. A
 * value that is out of range for its type is refused, so that a state of the ledger has only one sequence of logs.
 */
import { type Hex, readU64be, toHex } from '../../../lib/bytes.ts'
import { malformed } from '../../errors.ts'

export interface AbiType<T> {
  readonly name: string
  /**
   * @param word the 32 bytes of the field; for a type without a fixed length, the position of its bytes in `data`
   * @throws {ProofError} PROOF_MALFORMED
   */
  readonly read: (word: Uint8Array, data: Uint8Array) => T
}

export interface Field<T = unknown> extends AbiType<T> {
  readonly indexed?: true
}

/** Only for types of a fixed length: for the others, a topic has only the hash. */
export const indexed = <T>(type: AbiType<T>): Field<T> => ({ ...type, indexed: true })

export const bool: AbiType<boolean> = { name: 'bool', read: word => bits(word, 1) === 1n }
export const uint8 = uint(8)
export const uint32 = uint(32)
export const uint40 = uint(40)
export const uint48 = uint(48)
export const uint64: AbiType<bigint> = { name: 'uint64', read: word => bits(word, 64) }
/** A uint64 that is a counter, and so stays far below 2^53. */
export const counter64: AbiType<number> = { name: 'uint64', read: safeNumber }
export const address = fixed('address', 12, 32)
export const bytes4 = fixed('bytes4', 0, 4)
export const bytes32 = fixed('bytes32', 0, 32)
export const bytes = dynamic('bytes')
/** A string as bytes: the contracts do not check that it is UTF-8. */
export const text = dynamic('string')

function uint(size: number): AbiType<number> {
  return { name: `uint${size}`, read: word => Number(bits(word, size)) }
}

function fixed(name: string, from: number, to: number): AbiType<Hex> {
  const read = (word: Uint8Array): Hex => {
    for (let i = 0; i < 32; i++) if ((i < from || i >= to) && word[i] !== 0) throw tooWide(name)
    return toHex(word.subarray(from, to))
  }
  return { name, read }
}

function dynamic(name: string): AbiType<Uint8Array> {
  const read = (word: Uint8Array, data: Uint8Array): Uint8Array => {
    const at = safeNumber(word)
    const length = safeNumber(slice(data, at, 32))
    return slice(data, at + 32, length).slice()
  }
  return { name, read }
}

/** A part of the data, without a copy. @throws {ProofError} PROOF_MALFORMED if the data ends early */
export function slice(data: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > data.length) throw malformed('log', 'its data ends early')
  return data.subarray(at, at + length)
}

function safeNumber(word: Uint8Array): number {
  const value = bits(word, 64)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('log', 'a number beyond 2^53 - 1')
  return Number(value)
}

function bits(word: Uint8Array, size: number): bigint {
  for (let i = 0; i < 24; i++) if (word[i] !== 0) throw tooWide(`uint${size}`)
  const value = readU64be(word, 24)
  if (value >> BigInt(size) !== 0n) throw tooWide(`uint${size}`)
  return value
}

const tooWide = (type: string) => malformed('log', `a value that is too wide for ${type}`)

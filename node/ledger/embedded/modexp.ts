import type { PrecompileFunc } from '@ethereumjs/evm'
import { toHex } from '../../lib/bytes.ts'
import type { Cost } from './call-time.ts'

/**
 * MODEXP (EIP-198, price of EIP-2565). The EVM library shifts the whole exponent for each bit, so an exponent of 200
 * kB, which costs half a million gas, takes minutes. This function reads it byte by byte, with the same result.
 * Transactions run in the thread that seals.
 */

/** Longest exponent in bytes that is left to the library: some hundred multiplications. */
const SHORT = 32
const MIN_GAS = 200n

/** @returns the least gas that an input of these lengths costs, and its milliseconds */
export function modexpCost(data: Uint8Array): Cost {
  const [base, exponent, modulus] = lengthsIn(data)
  const gas = leastGas(exponent, maxOf(base, modulus), 3n)
  const bits = exponent <= SHORT ? 0 : 8 * Number(exponent)
  return { gas, ms: (bits * 300 + Number(gas) * 30) / 1e6 }
}

/** @param fromLibrary the library's function, which handles short exponents, too little gas and a modulus of 0 */
export function quickModexp(fromLibrary: PrecompileFunc): PrecompileFunc {
  return input => {
    const { data, gasLimit, common } = input
    const [baseLength, length, modLength] = lengthsIn(data)
    const longest = maxOf(baseLength, modLength)
    if (length <= SHORT || longest === 0n) return fromLibrary(input)
    // The lengths are only limited by the gas, so it is checked before anything is read.
    const divisor = common.param('modexpGquaddivisorGas')
    if (leastGas(length, longest, divisor) > gasLimit) return fromLibrary(input)

    const exponentAt = 96 + Number(baseLength)
    const first = toBigInt(slice(data, exponentAt, 32))
    const bits = (length - 32n) * 8n + BigInt(first === 0n ? 0 : first.toString(2).length - 1)
    const words = wordsOf(longest)
    const price = (bits * words * words) / divisor
    const gas = price < MIN_GAS ? MIN_GAS : price
    const modulus = toBigInt(slice(data, exponentAt + Number(length), Number(modLength)))
    if (gas > gasLimit || modulus === 0n) return fromLibrary(input)
    const base = toBigInt(slice(data, 96, Number(baseLength)))
    const power = powerOf(base, slice(data, exponentAt, Number(length)), modulus)
    const text = power.toString(16).padStart(2 * Number(modLength), '0')
    return { executionGasUsed: gas, returnValue: Uint8Array.from(Buffer.from(text, 'hex')) }
  }
}

const lengthsIn = (data: Uint8Array) =>
  [0, 32, 64].map(at => toBigInt(slice(data, at, 32))) as [base: bigint, exponent: bigint, modulus: bigint]

const wordsOf = (bytes: bigint): bigint => (bytes + 7n) / 8n

/** Without the first 32 bytes of the exponent, whose price depends on their value. */
function leastGas(exponent: bigint, longest: bigint, divisor: bigint): bigint {
  const words = wordsOf(longest)
  return exponent <= SHORT ? 0n : ((exponent - 32n) * 8n * words * words) / divisor
}

function powerOf(base: bigint, exponent: Uint8Array, modulus: bigint): bigint {
  const factor = base % modulus
  let power = 1n % modulus
  for (const byte of exponent) {
    for (let bit = 128; bit > 0; bit >>= 1) {
      power = (power * power) % modulus
      if (byte & bit) power = (power * factor) % modulus
    }
  }
  return power
}

/** Bytes beyond the end of the data are zeros. */
function slice(data: Uint8Array, from: number, length: number): Uint8Array {
  const given = data.subarray(from, from + length)
  if (given.length === length) return given
  const padded = new Uint8Array(length)
  padded.set(given)
  return padded
}

function maxOf(one: bigint, other: bigint): bigint {
  if (one < other) return other
  return one
}

const toBigInt = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(toHex(bytes)))

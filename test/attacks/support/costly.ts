/** Transactions that take long for their gas, for the attack and the bench. */

const PAIR =
  `${'1'.padStart(64, '0')}${'2'.padStart(64, '0')}` +
  '198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2' +
  '1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed' +
  '090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b' +
  '12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa'

/** The most gas of a transaction (EIP-7825). */
export const MOST_GAS = 16_777_216n

const precompile = (number: number) => `0x${number.toString(16).padStart(40, '0')}`
const hex = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, '0')

export interface Costly {
  readonly to: string | null
  readonly data: string
}

export const pairing = (pairs: number): Costly => ({ to: precompile(8), data: `0x${PAIR.repeat(pairs)}` })

export const blake2f = (rounds: number): Costly => ({
  to: precompile(9),
  data: `0x${hex(rounds, 4)}${'00'.repeat(208)}01`,
})

/** Init code that writes 8, `length` and 8 to memory and calls MODEXP with an exponent of `length` zeros. */
export const modexp = (length: number): Costly => ({
  to: null,
  data: `0x6008600052${`62${hex(length, 3)}`}60205260086040526000600062${hex(length + 112, 3)}6000600060055af1`,
})

/** ECMUL, again and again until the gas is used up. */
export const loop: Costly = {
  to: null,
  data: '0x600160005260026020526000196040525b6040608060606000600060075af150601056',
}

import type { Common } from '@ethereumjs/common'
import { getActivePrecompiles, type PrecompileFunc } from '@ethereumjs/evm'
import { blake2fCost, quickBlake2f } from './blake2f.ts'
import type { Cost, TimeCheck } from './call-time.ts'
import { modexpCost, quickModexp } from './modexp.ts'

const MODEXP = '0x0000000000000000000000000000000000000005'
const PAIRING = '0x0000000000000000000000000000000000000008'
const BLAKE2F = '0x0000000000000000000000000000000000000009'

/** Gas by EIP-1108. */
function pairingCost(data: Uint8Array): Cost {
  const gas = 45_000 + 34_000 * Math.floor(data.length / 192)
  return { gas: BigInt(gas), ms: (gas * 230) / 1e6 }
}

/**
 * The precompiles that replace the library's: two that are quicker, with the same results, and with `check` those that one
 * call can keep busy for long. Such a call is not begun when the time that is left is too short for it.
 */
export function ownPrecompiles(rules: Common, check: TimeCheck | undefined) {
  const fromLibrary = getActivePrecompiles(rules)
  const own = [
    { address: MODEXP, run: quickModexp(precompile(fromLibrary, MODEXP)), costOf: modexpCost },
    { address: BLAKE2F, run: quickBlake2f(precompile(fromLibrary, BLAKE2F)), costOf: blake2fCost },
    { address: PAIRING, run: precompile(fromLibrary, PAIRING), costOf: pairingCost },
  ] as const
  return own.map(({ address, run, costOf }) => {
    if (check === undefined) return { address, function: run } as const
    const timed: PrecompileFunc = input => {
      const { gas, ms } = costOf(input.data)
      // What cannot be paid for ends at once.
      if (gas <= input.gasLimit) check(ms)
      return run(input)
    }
    return { address, function: timed } as const
  })
}

function precompile(fromLibrary: ReturnType<typeof getActivePrecompiles>, address: string): PrecompileFunc {
  const found = fromLibrary.get(address.slice(2))
  if (found === undefined) throw new Error(`these rules have no precompile ${address}`)
  return found
}

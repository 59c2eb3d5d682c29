import { type Random, randomBelow } from '../lib/random.ts'

const LEAST = 100_000

/**
 * Random, so that a receipt of one ledger is not valid on another. Above the ids of widely used public chains, and below
 * 2^31, because some wallets accept no higher id.
 */
export function randomChainId(random: Random): number {
  return LEAST + randomBelow(random, 2 ** 31 - LEAST)
}

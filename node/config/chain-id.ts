import { type Random, randomBelow } from '../lib/random.ts'

const LEAST = 100_000

/**
 * Random, so that no receipt of one ledger can pass for a receipt of another; above the ids of public chains in wide
 * use, and below 2^31, since some wallets take no higher one.
 */
export function randomChainId(random: Random): number {
  return LEAST + randomBelow(random, 2 ** 31 - LEAST)
}

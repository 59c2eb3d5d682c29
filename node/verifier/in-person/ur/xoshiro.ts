import { sha256 } from '#crypto'
import { readU64be } from '../../../lib/bytes.ts'

const MASK = (1n << 64n) - 1n
const rotateLeft = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK

/**
 * xoshiro256** seeded with a SHA-256, as BCR-2020-005 prescribes: writer and reader of a frame draw the same numbers.
 * They are no secret, and must not be used as one.
 */
export class Xoshiro256 {
  readonly #state: [bigint, bigint, bigint, bigint]

  constructor(seed: Uint8Array) {
    const digest = sha256(seed)
    this.#state = [readU64be(digest, 0), readU64be(digest, 8), readU64be(digest, 16), readU64be(digest, 24)]
  }

  /** In [0, 1). */
  double(): number {
    return Number(this.#next()) / 2 ** 64
  }

  /** In [0, bound). */
  below(bound: number): number {
    return Math.floor(this.double() * bound)
  }

  #next(): bigint {
    const state = this.#state
    const result = (rotateLeft((state[1] * 5n) & MASK, 7n) * 9n) & MASK
    const shifted = (state[1] << 17n) & MASK
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotateLeft(state[3], 45n)
    return result
  }
}

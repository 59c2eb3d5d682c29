/**
 * Which numbers the frames of a code have. The format permits a writer to leave out numbers. This one leaves out each frame
 * that is a sum of those shown just before it, so that any `count` frames in a row are enough for a reader, wherever it
 * begins.
 */
import { fragmentsOf } from './mixing.ts'

/** Some numbers in a row may all be unfit, but hardly so many. Then the last of them is taken. */
const MAX_SKIPPED = 64

export class FrameSequence {
  readonly #numbers: number[] = []
  readonly #masks: bigint[] = []

  constructor(
    private readonly count: number,
    private readonly checksum: number,
  ) {}

  /** The number of the n-th frame, from 0. Numbers are chosen in order, so a jump takes the time of all frames before it. */
  number(frame: number): number {
    while (this.#numbers.length <= frame) this.#choose()
    return this.#numbers[frame] as number
  }

  #choose(): void {
    const basis = basisOf(this.#masks.slice(1 - this.count))
    const first = (this.#numbers.at(-1) ?? 0) + 1
    for (let number = first; ; number++) {
      const mask = maskOf(fragmentsOf(number, this.count, this.checksum))
      if (reduced(mask, basis) === 0n && number < first + MAX_SKIPPED) continue
      this.#numbers.push(number)
      this.#masks.push(mask)
      return
    }
  }
}

/** One bit for each fragment. */
export const maskOf = (fragments: readonly number[]): bigint =>
  fragments.reduce((mask, index) => mask | (1n << BigInt(index)), 0n)

/** The place of the highest bit of a mask that is not zero. */
export const highestBit = (mask: bigint): number => mask.toString(2).length - 1

/** Masks by their highest bit, from which all the given ones can be summed (Gaussian elimination over GF(2)). */
function basisOf(masks: readonly bigint[]): ReadonlyMap<number, bigint> {
  const basis = new Map<number, bigint>()
  for (const mask of masks) {
    const rest = reduced(mask, basis)
    if (rest !== 0n) basis.set(highestBit(rest), rest)
  }
  return basis
}

/** What is left of a mask; zero if it is a sum of those in the basis. */
function reduced(mask: bigint, basis: ReadonlyMap<number, bigint>): bigint {
  let rest = mask
  while (rest !== 0n) {
    const known = basis.get(highestBit(rest))
    if (known === undefined) return rest
    rest ^= known
  }
  return rest
}

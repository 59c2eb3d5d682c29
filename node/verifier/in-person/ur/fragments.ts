/**
 * The message of a set of frames, found by Gaussian elimination over GF(2): each frame is an equation whose unknowns are
 * the fragments. Any `count` independent frames are enough. It stores at most `count` equations, whatever it is given.
 */
import { fragmentsOf } from './mixing.ts'
import type { Part } from './part.ts'
import { highestBit, maskOf } from './sequence.ts'

interface Equation {
  /** The fragments in it: one bit each. The highest one is the pivot. */
  readonly mask: bigint
  readonly sum: Uint8Array
}

export class FragmentSet {
  /** By pivot. No two have the same one. */
  readonly #equations = new Map<number, Equation>()
  readonly #count: number
  readonly #messageLength: number
  readonly #checksum: number

  /** Limits of count and lengths are the caller's task. */
  constructor({ count, messageLength, checksum }: Part) {
    this.#count = count
    this.#messageLength = messageLength
    this.#checksum = checksum
  }

  /** From 0 to 1, never falling. */
  get progress(): number {
    return this.#equations.size / this.#count
  }

  get isComplete(): boolean {
    return this.#equations.size === this.#count
  }

  /** @param part of this set: with the same count, lengths and checksum */
  add({ sequence, fragment }: Part): void {
    let mask = maskOf(fragmentsOf(sequence, this.#count, this.#checksum))
    const sum = Uint8Array.from(fragment)
    while (mask !== 0n) {
      const pivot = highestBit(mask)
      const known = this.#equations.get(pivot)
      if (!known) {
        this.#equations.set(pivot, { mask, sum })
        return
      }
      mask ^= known.mask
      xorInto(sum, known.sum)
    }
  }

  /** The message. It must be complete, and may still be wrong: the caller compares a checksum or a hash. */
  message(): Uint8Array {
    const fragments: Uint8Array[] = []
    // From the lowest pivot upwards, each equation has its pivot as its only unknown.
    for (let index = 0; index < this.#count; index++) {
      const { mask, sum } = this.#equations.get(index) as Equation
      const fragment = Uint8Array.from(sum)
      fragments.forEach((other, at) => {
        if (mask & (1n << BigInt(at))) xorInto(fragment, other)
      })
      fragments.push(fragment)
    }
    const message = new Uint8Array(this.#messageLength)
    let at = 0
    for (const fragment of fragments) {
      message.set(fragment.subarray(0, this.#messageLength - at), at)
      at += fragment.length
    }
    return message
  }
}

/** @param other as long as `target` */
export function xorInto(target: Uint8Array, other: Uint8Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] as number) ^ (other[at] as number)
}

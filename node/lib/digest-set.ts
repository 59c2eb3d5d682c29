import { sha256 } from '#crypto'
import { utf8 } from './bytes.ts'
import type { Random } from './random.ts'

const WORDS = 4
const FIRST_SLOTS = 1024

/**
 * A set of texts that needs about 25 bytes of memory for each, however long it is: it stores the first 128 bits of a keyed
 * hash. Nobody can choose texts that collide or that lie close together, because the key is random.
 * Why: docs/decisions/099.
 */
export class DigestSet {
  readonly #key: Uint8Array
  /** Open addressing with linear probing. An empty slot is zero. */
  #slots = new Uint32Array(FIRST_SLOTS * WORDS)
  #size = 0

  constructor(random: Random) {
    this.#key = random(16)
  }

  get size(): number {
    return this.#size
  }

  has(text: string): boolean {
    const digest = this.#digestOf(text)
    return isAt(this.#slots, slotOf(this.#slots, digest), digest)
  }

  /** @returns false if it is in the set already */
  add(text: string): boolean {
    const digest = this.#digestOf(text)
    const slot = slotOf(this.#slots, digest)
    if (isAt(this.#slots, slot, digest)) return false
    this.#slots.set(digest, slot)
    this.#size += 1
    if (this.#size * 4 > (this.#slots.length / WORDS) * 3) this.#grow()
    return true
  }

  #digestOf(text: string): Uint32Array {
    const digest = new Uint32Array(sha256(this.#key, utf8(text)).slice(0, 4 * WORDS).buffer, 0, WORDS)
    // No digest is zero.
    digest[WORDS - 1] = (digest[WORDS - 1] as number) | 1
    return digest
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(2 * old.length)
    for (let at = 0; at < old.length; at += WORDS) {
      const digest = old.subarray(at, at + WORDS)
      if (digest[WORDS - 1] !== 0) this.#slots.set(digest, slotOf(this.#slots, digest))
    }
  }
}

/** Where the digest is, or the empty slot where it belongs. There always is an empty slot. */
function slotOf(slots: Uint32Array, digest: Uint32Array): number {
  const count = slots.length / WORDS
  let slot = (digest[0] as number) % count
  for (;;) {
    const at = slot * WORDS
    if (slots[at + WORDS - 1] === 0 || isAt(slots, at, digest)) return at
    slot = (slot + 1) % count
  }
}

const isAt = (slots: Uint32Array, at: number, digest: Uint32Array): boolean =>
  slots[at] === digest[0] && slots[at + 1] === digest[1] && slots[at + 2] === digest[2] && slots[at + 3] === digest[3]

/**
 * A source of unpredictable bytes. It is a parameter, so that tests can repeat a run and browsers can supply their own.
 */
export type Random = (length: number) => Uint8Array

/** Uniform in [0, bound). Values that would cause a modulo bias are drawn again. `bound` is at most 2^32. */
export function randomBelow(random: Random, bound: number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) throw new TypeError('bound must be in [1, 2^32]')
  const limit = Math.floor(2 ** 32 / bound) * bound
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random(4)
    const value = a * 2 ** 24 + ((b << 16) | (c << 8) | d)
    if (value < limit) return value % bound
  }
}

/** Fisher-Yates, in place. */
export function shuffle<T extends { length: number; [index: number]: unknown }>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomBelow(random, i + 1)
    const swapped = items[i]
    items[i] = items[j]
    items[j] = swapped
  }
  return items
}

/**
 * Takes `length` bytes from the source at once and hands them out in parts, so that many small draws cost one system
 * call.
 */
export function bufferedRandom(random: Random, length: number): Random {
  const pool = random(length)
  let at = 0
  return count => {
    if (at + count > pool.length) return random(count)
    at += count
    return pool.subarray(at - count, at)
  }
}

/** The same source, asked for 4,096 bytes at a time. No part is handed out twice, and none stays in the pool. */
export function pooledRandom(random: Random): Random {
  let pool: Uint8Array = new Uint8Array()
  let at = 0
  return count => {
    if (count > 256) return random(count)
    if (at + count > pool.length) {
      pool = random(4096)
      at = 0
    }
    const drawn = Uint8Array.prototype.slice.call(pool, at, at + count)
    pool.fill(0, at, at + count)
    at += count
    return drawn
  }
}

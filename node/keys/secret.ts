import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares secrets in constant time: the duration reveals neither the first difference nor the expected length. */
export function equalSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

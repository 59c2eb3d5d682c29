import { hash, timingSafeEqual } from 'node:crypto'

/** Compares secrets in constant time: the duration reveals neither the first difference nor the expected length. */
export function equalSecret(given: string, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(given), digest(expected))
}

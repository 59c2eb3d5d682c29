import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares secrets in a time that reveals neither where they differ nor how long the expected one is. */
export function equalSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

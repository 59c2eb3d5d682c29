import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares secrets in a time that says nothing of where they differ, nor of the expected one's length. */
export function equalSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

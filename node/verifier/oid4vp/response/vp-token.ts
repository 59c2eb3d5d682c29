import type { JsonValue } from '../../../lib/json.ts'

const MAX_ENTRIES = 8

/**
 * Parses a VP token (OpenID4VP 1.0 §8.1): lists of presentations, by the id of their query.
 * @returns undefined if the value is not a VP token
 */
export function parseVpToken(value: JsonValue | undefined): Record<string, readonly string[]> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value)
  if (entries.length > MAX_ENTRIES) return undefined
  for (const [, presentations] of entries) {
    if (!Array.isArray(presentations) || presentations.length === 0 || presentations.length > MAX_ENTRIES)
      return undefined
    if (!presentations.every(item => typeof item === 'string')) return undefined
  }
  // Unlike an assignment, this makes every name a member of its own.
  return Object.fromEntries(entries) as Record<string, readonly string[]>
}

import type { JsonObject } from '../lib/json.ts'

/**
 * Claims that have one value on all cards of a person. Names and addresses are not among them: a card keeps those of its day
 * of issue.
 */
const OF_THE_PERSON = ['personal_administrative_number', 'birthdate'] as const

/**
 * The first claim that differs between cards that are presented together: then they are not of one person. Each card has a
 * key of its own, so the key bindings alone do not say so.
 */
export function differingClaim(cards: readonly JsonObject[]): string | undefined {
  return OF_THE_PERSON.find(
    name => new Set(cards.map(card => card[name]).filter(value => value !== undefined)).size > 1,
  )
}

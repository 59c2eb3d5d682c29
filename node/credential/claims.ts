import type { JsonValue } from '../lib/json.ts'
import { type CardDefinition, claimName } from './card.ts'
import { CredentialError } from './errors.ts'
import { MalformedFact, sources } from './sources.ts'
import type { IssueFacts, ResidentFacts } from './subject.ts'

/** The values of one card for one person: as many as the card has claims, in their order. */
export interface CardClaims {
  readonly vct: string
  readonly values: readonly JsonValue[]
}

/**
 * What the card states of this person. A claim that is not required and not in the register is `null`.
 * @throws {CredentialError} CREDENTIAL_SUBJECT_INCOMPLETE when the register lacks a required value
 */
export function claimsOf(card: CardDefinition, resident: ResidentFacts, issue: IssueFacts): CardClaims {
  const values = card.claims.map(claim => {
    const incomplete = (problem: 'missing' | 'malformed') =>
      new CredentialError(
        { code: 'CREDENTIAL_SUBJECT_INCOMPLETE', vct: card.vct, claim: claimName(claim), problem },
        `The register's value for ${claimName(claim)} is ${problem}: correct the register, then issue the card.`,
      )
    let value: JsonValue | undefined
    try {
      value = sources[claim.source](resident, issue, claim)
    } catch (cause) {
      if (cause instanceof MalformedFact) throw incomplete('malformed')
      throw cause
    }
    if (value === undefined && claim.required) throw incomplete('missing')
    return value ?? null
  })
  return { vct: card.vct, values }
}

import type { JsonValue } from '../lib/json.ts'
import { type CardDefinition, type ClaimDefinition, claimName } from './card.ts'
import { MalformedFact, readClaim } from './claim-readers.ts'
import { CredentialError } from './errors.ts'
import type { IssueFacts, ResidentFacts } from './subject.ts'

/**
 * The claim values of one card for one person: one for each claim of the card, in the same order. Why:
 * docs/decisions/031.
 */
export interface CardClaims {
  readonly vct: string
  readonly values: readonly JsonValue[]
}

/**
 * The claims of the card for this person. A claim that is not required and not in the register is `null`.
 * @throws {CredentialError} CREDENTIAL_SUBJECT_INCOMPLETE when the register lacks a required value
 */
export function claimsOf(card: CardDefinition, resident: ResidentFacts, issue: IssueFacts): CardClaims {
  const stated = card.issuingAuthority === null ? issue : { ...issue, issuingAuthority: card.issuingAuthority.ko }
  return { vct: card.vct, values: card.claims.map(claim => claimValue(card, claim, resident, stated)) }
}

function claimValue(
  card: CardDefinition,
  claim: ClaimDefinition,
  resident: ResidentFacts,
  issue: IssueFacts,
): JsonValue {
  let value: JsonValue | undefined
  try {
    value = readClaim(claim, resident, issue)
  } catch (cause) {
    if (cause instanceof MalformedFact) throw subjectIncomplete(card, claim, 'malformed')
    throw cause
  }
  if (value !== undefined) return value
  if (claim.required) throw subjectIncomplete(card, claim, 'missing')
  return null
}

function subjectIncomplete(
  card: CardDefinition,
  claim: ClaimDefinition,
  problem: 'missing' | 'malformed',
): CredentialError {
  const name = claimName(claim)
  return new CredentialError(
    { code: 'CREDENTIAL_SUBJECT_INCOMPLETE', vct: card.vct, claim: name, problem },
    `The register's value for ${name} is ${problem}: correct the register, then issue the card.`,
  )
}

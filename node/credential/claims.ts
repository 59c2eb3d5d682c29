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
  const stated = statedIssue(card, issue)
  const values = card.claims.map(claim => {
    const value = factOf(claim, resident, stated)
    if (value === MISSING) throw subjectIncomplete(card, claim, 'missing')
    if (value === MALFORMED) throw subjectIncomplete(card, claim, 'malformed')
    return value
  })
  return { vct: card.vct, values }
}

/** The claims of the card for which the register has no value, or one that the card cannot state. */
export function lackingClaims(
  card: CardDefinition,
  resident: ResidentFacts,
  issue: IssueFacts,
): readonly ClaimDefinition[] {
  const stated = statedIssue(card, issue)
  return card.claims.filter(claim => typeof factOf(claim, resident, stated) === 'symbol')
}

const statedIssue = ({ issuingAuthority }: CardDefinition, issue: IssueFacts): IssueFacts =>
  issuingAuthority === null ? issue : { ...issue, issuingAuthority: issuingAuthority.ko }

const MISSING = Symbol('missing')
const MALFORMED = Symbol('malformed')
type Lack = typeof MISSING | typeof MALFORMED

function factOf(claim: ClaimDefinition, resident: ResidentFacts, issue: IssueFacts): JsonValue | Lack {
  try {
    return readClaim(claim, resident, issue) ?? (claim.required ? MISSING : null)
  } catch (cause) {
    if (cause instanceof MalformedFact) return MALFORMED
    throw cause
  }
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

/** Whether a card still states what the register has: the digest of its facts is stored with its record. Why: docs/decisions/117. */
import { sha256 } from '#crypto'
import type { CardDefinition, ClaimSource } from '../credential/card.ts'
import { type CardClaims, claimsOf } from '../credential/claims.ts'
import { CredentialError } from '../credential/errors.ts'
import type { ResidentFacts } from '../credential/subject.ts'
import { equalBytes, fromBase64url, toBase64url, utf8 } from '../lib/bytes.ts'
import type { Vault } from '../store/vault.ts'

const CONTEXT = 'issued facts'

/** What the issue states, and what changes on a birthday. A difference in these does not make a card outdated. */
const NOT_OF_THE_REGISTER: ReadonlySet<ClaimSource> = new Set([
  'issuingAuthority',
  'issuedOn',
  'expiresOn',
  'ageReached',
])

/** A digest of the values that the card has from the register. */
export function factsDigest(card: CardDefinition, { values }: CardClaims): Uint8Array {
  const facts = values.filter((_, i) => !NOT_OF_THE_REGISTER.has(card.claims[i]?.source as ClaimSource))
  return sha256(utf8(JSON.stringify(facts)))
}

/** Sealed, because a digest of known facts would show whose card it is, also after the person was erased. */
export const sealFacts = (vault: Vault, person: Uint8Array, digest: Uint8Array): string =>
  toBase64url(vault.seal(person, CONTEXT, digest))

/**
 * Whether the register differs from what the card states, also if it lacks a fact now that the card needs.
 * @throws {StoreError} STORE_PERSON_ERASED
 */
export function isOutdated(
  vault: Vault,
  person: Uint8Array,
  sealedFacts: string | undefined,
  card: CardDefinition,
  facts: ResidentFacts,
): boolean {
  if (sealedFacts === undefined) return false
  const issued = vault.open(person, CONTEXT, fromBase64url(sealedFacts))
  try {
    return !equalBytes(issued, factsDigest(card, claimsOf(card, facts, ANY_ISSUE)))
  } catch (error) {
    if (error instanceof CredentialError && error.code === 'CREDENTIAL_SUBJECT_INCOMPLETE') return true
    throw error
  }
}

/** The digest does not contain it. */
const ANY_ISSUE = { issuedOn: '2000-01-01', expiresOn: '2000-01-01', issuingAuthority: '-' }

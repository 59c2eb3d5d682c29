/**
 * What a card definition demands of an applicant, wherever and whenever they apply: an age, the consent of a guardian, and
 * the facts that the card states. Pure.
 * Why: docs/decisions/107-age-consent-and-facts-before-an-offer.md.
 */
import { type CardDefinition, claimName } from '../../credential/card.ts'
import { lackingClaims } from '../../credential/claims.ts'
import { ageOn, cardValidity, koreanDate } from '../../credential/dates.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { IssuerError, type IssuerFailure } from '../errors.ts'

export interface Applicant {
  readonly facts: ResidentFacts
  /** Whether somebody saw that a guardian consents. */
  readonly guardianConsent: boolean
}

export interface Refusal {
  /** `text` is for the clerk to say to the applicant. It contains no fact of the person. */
  readonly failure: Extract<
    IssuerFailure,
    { readonly code: 'ISSUER_TOO_YOUNG' | 'ISSUER_CONSENT_NEEDED' | 'ISSUER_FACTS_MISSING' }
  >
  /** The first day on which it is possible, YYYY-MM-DD; null if it is not a question of time. */
  readonly from: string | null
}

/** @returns null if the applicant may have the card */
export function refusalOf(
  card: CardDefinition,
  { facts, guardianConsent }: Applicant,
  issuingAuthority: string,
  now: UnixSeconds,
): Refusal | null {
  const { minimumAge } = card
  const age = ageOn(facts.birthdate, koreanDate(now))
  if (age < minimumAge) return tooYoung(card, birthday(facts.birthdate, minimumAge))
  if (!guardianConsent && needsConsent(card, facts, age)) return consentNeeded(card)
  const { issuedOn, expiresOn } = cardValidity(card, now)
  const lacking = lackingClaims(card, facts, { issuedOn, expiresOn, issuingAuthority })
  if (lacking.length === 0) return null
  const text = {
    ko: `이 신분증에 적을 정보가 등록부에 없습니다: ${lacking.map(({ display }) => display.ko).join(', ')}.`,
    en: `The register lacks what this card states: ${lacking.map(({ display }) => display.en).join(', ')}.`,
  }
  return {
    failure: { code: 'ISSUER_FACTS_MISSING', card: card.id, claims: lacking.map(claimName), text },
    from: null,
  }
}

/** @throws {IssuerError} ISSUER_TOO_YOUNG, ISSUER_CONSENT_NEEDED, ISSUER_FACTS_MISSING */
export function requireEligible(...asked: Parameters<typeof refusalOf>): void {
  const refusal = refusalOf(...asked)
  if (refusal) throw new IssuerError(refusal.failure, refusal.failure.text.en)
}

function needsConsent({ consent }: CardDefinition, { columns }: ResidentFacts, age: number): boolean {
  if (consent === null) return false
  const { underAge, column } = consent
  return (underAge !== null && age < underAge) || (column !== null && columns.get(column) === true)
}

const tooYoung = ({ id, minimumAge }: CardDefinition, from: string): Refusal => ({
  failure: {
    code: 'ISSUER_TOO_YOUNG',
    card: id,
    minimumAge,
    text: {
      ko: `만 ${minimumAge}세가 되는 날부터 신청할 수 있습니다.`,
      en: `This card can be applied for from the age of ${minimumAge}.`,
    },
  },
  from,
})

const consentNeeded = ({ id }: CardDefinition): Refusal => ({
  failure: {
    code: 'ISSUER_CONSENT_NEEDED',
    card: id,
    text: {
      ko: '법정대리인의 동의가 필요합니다. 동의서를 확인한 뒤 동의를 표시하여 다시 신청하십시오.',
      en: 'A guardian has to consent. Check the consent form, then apply again and state the consent.',
    },
  },
  from: null,
})

/** The day on which the person reaches the age. A person born on 29 February reaches it on 1 March of a common year. */
function birthday(birthdate: string, age: number): string {
  const year = Number(birthdate.slice(0, 4)) + age
  const isCommon = year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0)
  return `${year}${isCommon && birthdate.endsWith('-02-29') ? '-03-01' : birthdate.slice(4)}`
}

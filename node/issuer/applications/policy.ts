import type { ApplicationKind, CardDefinition, Channel, Texts } from '../../credential/card.ts'
import { ageOn, koreanDate } from '../../credential/dates.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import type { UnixSeconds } from '../../lib/time.ts'

/** Why a person cannot apply, for the clerk to say to the person. */
export interface PolicyRefusal {
  readonly code: string
  /** The centre or municipality where it is possible; null if the place does not matter. */
  readonly where: string | null
  /** `YYYY-MM-DD`, the first day on which it is possible; null if that is not known. */
  readonly from: string | null
  readonly text: Texts
}

/**
 * Whether a person may apply for this kind of card here and now. Null: they may.
 * @param centre where the clerk works; null for an application without a centre
 */
export type MayApply = (
  person: ResidentFacts,
  card: CardDefinition,
  kind: ApplicationKind,
  channel: Channel,
  centre: string | null,
  now: UnixSeconds,
) => PolicyRefusal | null

/** The age at which a person gets the resident card (Resident Registration Act, article 24). */
const RESIDENT_CARD_AGE = 17

/** What the card itself demands, wherever and whenever somebody applies: a channel, and an age. */
export const cardRules: MayApply = ({ birthdate }, card, kind, channel, _centre, now) => {
  if (!card.channels.includes(channel)) {
    return {
      ...{ code: 'channel', where: null, from: null },
      text: {
        ko: '이 신분증은 이 경로로 신청할 수 없습니다.',
        en: 'This card cannot be applied for in this way.',
      },
    }
  }
  if (kind === 'mobile' || ageOn(birthdate, koreanDate(now)) >= RESIDENT_CARD_AGE) return null
  const from = `${Number(birthdate.slice(0, 4)) + RESIDENT_CARD_AGE}${birthdate.slice(4)}`
  return {
    ...{ code: 'age', where: null, from },
    text: {
      ko: `만 ${RESIDENT_CARD_AGE}세가 되는 날부터 신청할 수 있습니다.`,
      en: `The person can apply from the age of ${RESIDENT_CARD_AGE}.`,
    },
  }
}

import type { ApplicationKind, CardDefinition, Channel, Texts } from '../../credential/card.ts'
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

import type { Texts } from '../../credential/card.ts'

/** Why a person cannot apply, for the clerk to say to the person. */
export interface PolicyRefusal {
  readonly code: string
  /** The centre or municipality where the person can apply. Null: anywhere. */
  readonly where: string | null
  /** `YYYY-MM-DD`, the first day on which the person can apply. Null: not known. */
  readonly from: string | null
  readonly text: Texts
}

export interface MayApply {
  /** A guardian has to consent, and the application says whether one does. */
  readonly consent: boolean
  /** Null: the person may apply. */
  readonly refusal: PolicyRefusal | null
}

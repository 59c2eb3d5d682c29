import type { UnixSeconds } from '../../../lib/time.ts'

/** What the authority has for locking this phone's cards from elsewhere. */
export interface LossMeans {
  readonly passkey: boolean
  readonly code: boolean
  readonly at: UnixSeconds
}

export interface Prepared {
  /** As it is copied and read aloud. Shown once. */
  readonly code: string
  readonly means: LossMeans
}

/** The part of the wallet that is for the day on which the phone is gone. */
export interface LossPreparing {
  /** By what the cards can be locked from elsewhere, as far as this phone knows; null before `prepareForLoss`. */
  lossMeans(): Promise<LossMeans | null>
  /**
   * A passkey and a new recovery code for locking from another browser. Call it from the press of a button. The code before
   * ends.
   */
  prepareForLoss(): Promise<Prepared>
}

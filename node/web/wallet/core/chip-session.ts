import type { UnixSeconds } from '../../../lib/time.ts'

/** A session at the authority for a card by the chip of an IC card. */
export interface ChipSession {
  /** The text of the code that a kiosk reads. */
  readonly code: string
  readonly endsAt: UnixSeconds
  /** How far the kiosk is. Asks the issuer. */
  state(): Promise<ChipState>
}

export type ChipState =
  | { readonly at: 'document' | 'face' }
  /** The offer is there, for this wallet only. */
  | { readonly at: 'offer'; readonly link: string }
  /** The face was not recognised, or the documents were refused: only the counter is left. */
  | { readonly at: 'counter' }
  | { readonly at: 'over' }

/** A site whose clock a test can move. */
import { systemClock } from '../../node/lib/time.ts'
import { openSite, type Site } from './site.ts'

export interface ShiftedSite extends Site {
  /** Moves the clock forward by so many seconds. */
  forward(seconds: number): void
  /** Undoes all moves. */
  back(): void
}

export async function shiftedSite(): Promise<ShiftedSite> {
  let ahead = 0
  const site = await openSite({}, { checkAnswers: true }, () => systemClock() + ahead)
  return {
    ...site,
    forward: seconds => {
      ahead += seconds
    },
    back: () => {
      ahead = 0
    },
  }
}

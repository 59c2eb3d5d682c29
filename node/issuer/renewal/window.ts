import type { CardDefinition } from '../../credential/card.ts'
import { DAY, type UnixSeconds } from '../../lib/time.ts'

/** From when a card can be renewed. A card whose definition is gone cannot. */
export const renewableFrom = (card: CardDefinition | undefined, expiresAt: UnixSeconds): UnixSeconds =>
  expiresAt - (card?.validity.renewalDays ?? 0) * DAY

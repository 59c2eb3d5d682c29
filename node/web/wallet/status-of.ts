import type { UnixSeconds } from '../../lib/time.ts'
import { type CardStatus, cardStatus } from '../kit/status-badge.tsx'
import type { Card } from './core/wallet.ts'

/** The status that this wallet last learned of its own card; "could not check" while it learned none. */
export const statusOf = (card: Pick<Card, 'status' | 'expiresAt'>, now: UnixSeconds): CardStatus => {
  const status = cardStatus(card.status?.word ?? '', card.expiresAt, now)
  return status === 'unknown' && card.expiresAt <= now ? 'expired' : status
}

import { useNow } from '../../../kit/clock.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Link } from '../../../kit/router.tsx'
import { daysLeft, renewalObstacle } from '../../core/renewal.ts'
import type { Card } from '../../core/wallet.ts'
import { renew as texts } from '../../messages/renew.ts'
import { pathOf } from '../../paths.ts'

function wordsOf(card: Card, now: number, t: (typeof texts)['ko']): string {
  if (card.renewing) return t.unfinished
  return card.told?.outdated ? t.changed : t.expiresIn(daysLeft(card.expiresAt, now))
}

/** Beside a card that can be renewed now, here or at the counter. */
export function Reminder({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const now = useNow(60)
  const obstacle = renewalObstacle(card, now)
  if (card.provisional || (obstacle !== null && obstacle !== 'counter')) return null
  return (
    <p className="reminder">
      <strong>{wordsOf(card, now, t)}</strong>
      <Link to={pathOf.renew(card.id)}>{t.reminder}</Link>
    </p>
  )
}

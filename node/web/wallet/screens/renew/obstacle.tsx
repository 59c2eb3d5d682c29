/** Why a card is not renewed on this phone now, and what its holder does instead. */

import { day } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { Link } from '../../../kit/router.tsx'
import { type RenewalObstacle, renewFrom } from '../../core/renewal.ts'
import type { Card } from '../../core/wallet.ts'
import { renew as texts } from '../../messages/renew.ts'
import { wallet as frame } from '../../messages/wallet.ts'
import { pathOf } from '../../paths.ts'
import { HelpLine } from '../help-line.tsx'

export function Obstacle({ card, obstacle }: { readonly card: Card; readonly obstacle: RenewalObstacle }) {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const language = useLanguage()
  switch (obstacle) {
    case 'not_due':
      return (
        <Notice title={t.not_due}>
          <p>{t.notDueHow(day(language, renewFrom(card)))}</p>
          <Link to={pathOf.cards}>{f.toCards}</Link>
        </Notice>
      )
    case 'suspended':
      return (
        <Notice kind="warning" title={t.suspended}>
          <p>{t.suspendedHow}</p>
          <Link to={pathOf.notices}>{t.toNotices}</Link>
        </Notice>
      )
    case 'counter':
      return (
        <>
          <p>
            <strong>{t.until(day(language, card.expiresAt))}</strong>
          </p>
          <Section title={t.counter}>
            <ol className="steps">
              <li>{t.counter1}</li>
              <li>{t.counter2}</li>
              <li>{t.counter3}</li>
            </ol>
          </Section>
          <p>{t.counterHow}</p>
          <HelpLine />
        </>
      )
    case 'wallet_stopped':
      return (
        <Notice kind="warning" title={t.wallet_stopped}>
          <p>{t.walletStoppedHow}</p>
        </Notice>
      )
    case 'expired':
    case 'ended':
      return (
        <Notice kind="warning" title={t[obstacle]}>
          <p>{t.applyAgain}</p>
        </Notice>
      )
  }
}

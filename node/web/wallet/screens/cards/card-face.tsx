/**
 * The card as the plastic one looks. The pattern follows the finger and the clock runs, so that a still picture of it looks
 * dead; neither proves anything, and the words under the card say so.
 */
import './card-face.css'
import { type PointerEvent, useRef } from 'react'
import type { UnixSeconds } from '../../../../lib/time.ts'
import { isPersonalNumber, maskedNumber, nameOf, textOf, valueText } from '../../../kit/claims/claim-text.ts'
import { useNow } from '../../../kit/clock.tsx'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { StatusBadge } from '../../../kit/status-badge.tsx'
import type { Card } from '../../core/wallet.ts'
import { cards as texts } from '../../messages/cards.ts'
import { statusOf } from '../../status-of.ts'

/** The look of each kind of card; another issuer's card gets the last. */
const THEMES: readonly (readonly [RegExp, string])[] = [
  [/:resident:/, 'resident'],
  [/:driver:/, 'driver'],
  [/:foreigner:/, 'foreigner'],
  [/:veteran:/, 'veteran'],
  [/:disability:/, 'disability'],
]
const themeOf = (vct: string): string => THEMES.find(([pattern]) => pattern.test(vct))?.[1] ?? 'other'

/** What stands on the face, beside name and number: those that the card has. */
const LINES = ['address', 'school', 'residence_status', 'veteran_category', 'disability_type'] as const

export function CardFace({ card, revealed = false }: { readonly card: Card; readonly revealed?: boolean }) {
  const language = useLanguage()
  const t = useTexts(texts)
  const now = useNow()
  const face = useRef<HTMLElement>(null)
  const follow = (event: PointerEvent) => {
    const box = face.current?.getBoundingClientRect()
    if (!box || !face.current) return
    const { style } = face.current
    style.setProperty('--x', String((event.clientX - box.left) / box.width))
    style.setProperty('--y', String((event.clientY - box.top) / box.height))
  }
  const number = numberOf(card)
  const lines = LINES.map(name => textOf(card, language, name)).filter(line => line !== '')
  const status = statusOf(card, now)
  return (
    <article
      ref={face}
      className={`face face-${themeOf(card.vct)}`}
      aria-label={inLanguage(language, card.name)}
      onPointerMove={follow}
      onPointerDown={follow}
    >
      <div className="face-pattern" aria-hidden="true" />
      <h2 className="face-title">{inLanguage(language, card.name)}</h2>
      <div className="face-body">
        <div className="face-words">
          <p className="face-name">{nameOf(card, language)}</p>
          {number === '' ? (
            <p className="face-number">{textOf(card, language, 'birthdate')}</p>
          ) : (
            <p className="face-number">{revealed ? number : maskedNumber(number)}</p>
          )}
          {lines.slice(0, 2).map(line => (
            <p key={line} className="face-line">
              {line}
            </p>
          ))}
        </div>
        {card.portrait !== null && <img className="face-portrait" src={card.portrait} alt={t.portraitOf} />}
      </div>
      <div className="face-foot">
        <p className="face-issuer">
          <span>{textOf(card, language, 'date_of_issuance')}</span>
          <strong>{card.organisation ?? textOf(card, language, 'issuing_authority')}</strong>
        </p>
        {status !== 'valid' && <StatusBadge status={status} />}
      </div>
      <Clock now={now} />
    </article>
  )
}

/** The date and the seconds: a picture taken before shows another time. */
function Clock({ now }: { readonly now: UnixSeconds }) {
  const language = useLanguage()
  const t = useTexts(texts)
  const format = { ko: 'ko-KR', en: 'en-GB' } as const
  const words = new Intl.DateTimeFormat(format[language], { dateStyle: 'medium', timeStyle: 'medium', hour12: false })
  return (
    <p className="face-clock">
      <span className="visually-hidden">{t.now}</span>
      <time aria-hidden="true">{words.format(now * 1000)}</time>
      <span className="face-pulse" aria-hidden="true" data-odd={now % 2 === 1} />
    </p>
  )
}

export function numberOf(card: Card): string {
  const claim = card.claims.find(({ path }) => isPersonalNumber(path))
  return claim === undefined ? '' : valueText('ko', claim.value)
}

/** Under every card, always. */
export function Looking() {
  const t = useTexts(texts)
  return (
    <p className="looking">
      <strong>{t.lookingTitle}</strong>
      <span>{t.lookingHow}</span>
    </p>
  )
}

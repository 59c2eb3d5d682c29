import { createPortal } from 'react-dom'
import type { UnixSeconds } from '../../../../lib/time.ts'
import { timeOfDay } from '../../../kit/format.ts'
import { handout as texts } from '../../messages/handout.ts'

interface SlipProps {
  readonly code: string
  readonly expiresAt: UnixSeconds
  readonly card: string
}

/** Only on paper: application.css hides it on the screen, and in print it hides everything else in the body. */
export function Slip({ code, expiresAt, card }: SlipProps) {
  const { ko, en } = texts
  const until = { ko: timeOfDay('ko', expiresAt), en: timeOfDay('en', expiresAt) }
  return createPortal(
    <div className="slip" aria-hidden="true">
      <h2>{ko['slip.title']}</h2>
      <p>{en['slip.title']}</p>
      <p>{card}</p>
      <p className="slip-code">{code}</p>
      <p>{ko['slip.how']}</p>
      <p>{en['slip.how']}</p>
      <p>{ko['slip.until'](until.ko)}</p>
      <p>{en['slip.until'](until.en)}</p>
      <p>{ko['slip.warning']}</p>
      <p>{en['slip.warning']}</p>
    </div>,
    document.body,
  )
}

import './countdown.css'
import { useEffect } from 'react'
import type { UnixSeconds } from '../../lib/time.ts'
import { useNow } from './clock.tsx'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export interface CountdownProps {
  readonly until: UnixSeconds
  /** The length of the bar at its beginning, in seconds. */
  readonly total: number
  /** Must be stable between renders (`useCallback`). */
  readonly onOver?: () => void
}

/** The time left, as a bar and in words. A screen reader reads it each time that it is a whole minute, and the last ten seconds. */
export function Countdown({ until, total, onOver }: CountdownProps) {
  const t = useTexts(kit)
  const left = Math.max(0, until - useNow())
  const isOver = left === 0
  useEffect(() => {
    if (isOver) onOver?.()
  }, [isOver, onOver])
  const words = isOver ? t.timeOver : t.secondsLeft(Math.floor(left / 60), left % 60)
  return (
    <div className="countdown">
      <progress className="countdown-bar" max={total} value={left} aria-hidden="true" />
      <p className="countdown-words" role="timer">
        {words}
      </p>
      <p className="visually-hidden" aria-live="polite">
        {left % 60 === 0 || left === 10 ? words : ''}
      </p>
    </div>
  )
}

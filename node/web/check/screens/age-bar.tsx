import './age-bar.css'
import { useNow } from '../../kit/clock.tsx'
import { relativeTime } from '../../kit/format.ts'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import type { Knowledge } from '../core/knowledge.ts'
import { check } from '../messages/check.ts'

export interface AgeBarProps {
  readonly knowledge: Knowledge
  /** The greatest age in seconds at which this purpose accepts a good status. */
  readonly maxAge: number
}

/** The age of the device's data, and whether there is a connection. */
export function AgeBar({ knowledge, maxAge }: AgeBarProps) {
  const t = useTexts(check)
  const language = useLanguage()
  const now = useNow(5)
  const head = knowledge.head()
  const isTooOld = head === null || now - head.time > maxAge
  if (head !== null && knowledge.isCurrent()) return <p className="age-bar age-bar-current">{t.current}</p>
  return (
    <div className={isTooOld ? 'age-bar age-bar-old' : 'age-bar age-bar-offline'} role="status">
      <p>{head === null ? t.nothingTitle : t.offline(relativeTime(language, head.time, now))}</p>
      {isTooOld && <p>{t.tooOld}</p>}
    </div>
  )
}

/** Times as people say them. */
import type { UnixSeconds } from '../../lib/time.ts'
import type { Language } from './language.tsx'

const LOCALES = { ko: 'ko-KR', en: 'en-GB' } as const
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** "3분 전", "in 4 minutes". */
export function relativeTime(language: Language, time: UnixSeconds, now: UnixSeconds): string {
  const difference = time - now
  const [unit, size] = STEPS.find(([, seconds]) => Math.abs(difference) >= seconds) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(LOCALES[language], { numeric: 'auto' }).format(Math.trunc(difference / size), unit)
}

/** "2026년 3월 4일 14:05:09", in the time zone of the reader. */
export function exactTime(language: Language, time: UnixSeconds): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'medium', hour12: false })
  return format.format(time * 1000)
}

/** "14:05". */
export function timeOfDay(language: Language, time: UnixSeconds): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: '2-digit', minute: '2-digit', hour12: false }).format(
    time * 1000,
  )
}

/** "2026년 3월 4일". */
export function day(language: Language, time: UnixSeconds): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long' }).format(time * 1000)
}

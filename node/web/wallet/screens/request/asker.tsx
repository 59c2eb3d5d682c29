/** Who asks: proved by the ledger, or not. */
import './request.css'
import type { ReactNode } from 'react'
import { useClock } from '../../../kit/clock.tsx'
import { relativeTime } from '../../../kit/format.ts'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import type { Asker, AskerRegistration } from '../../core/wallet.ts'
import { request as texts } from '../../messages/request.ts'

export function AskerBox({ asker }: { readonly asker: Asker }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { registration, host } = asker
  const purposes = registration.state === 'registered' ? registration.purposes : []
  const purpose = purposes.length === 0 ? t.noPurpose : purposes.map(each => inLanguage(language, each)).join(', ')
  return (
    <Section>
      <p className="asker-label">{t.who}</p>
      <p className="asker-name">{nameOf(registration, host, t.unregistered)}</p>
      {registration.state === 'registered' && <p>{inLanguage(language, registration.service)}</p>}
      <Registration registration={registration} />
      <Facts
        facts={[
          [t.purpose, purpose],
          [t.goesTo, host ?? t.inPerson],
        ]}
      />
    </Section>
  )
}

const nameOf = (registration: AskerRegistration, host: string | null, unnamed: string): string =>
  registration.state === 'registered' ? registration.organisation : (host ?? unnamed)

function Registration({ registration }: { readonly registration: AskerRegistration }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const now = useClock()()
  switch (registration.state) {
    case 'registered':
      return (
        <Mark kind="good" word={t.registered}>
          <p>{registration.certificate === 'till' ? t.till : t.registeredHow}</p>
          <p className="small">{t.knownFor(relativeTime(language, now - registration.age, now))}</p>
        </Mark>
      )
    case 'unregistered': {
      const known: Readonly<Record<string, unknown>> = t
      const key = `why_${registration.reason}`
      const why = Object.hasOwn(known, key) ? String(known[key]) : t.why_other
      return (
        <Mark kind="bad" word={t.unregistered}>
          <p>{`${why} ${t.unregisteredHow}`}</p>
        </Mark>
      )
    }
    case 'unknown':
      return (
        <Mark kind="open" word={t.unknown}>
          <p>{t[registration.reason]}</p>
        </Mark>
      )
  }
}

const SHAPES = {
  good: <path d="M4 10.5 8.5 15 16 6" />,
  bad: <path d="M10 3 18 17H2ZM10 8v4M10 14v1" />,
  open: <path d="M6.5 7a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.1-1.5 2.3M10 15.4v.8" />,
} as const

interface MarkProps {
  readonly kind: keyof typeof SHAPES
  readonly word: string
  readonly children: ReactNode
}

/** A word, a shape and a colour. */
function Mark({ kind, word, children }: MarkProps) {
  return (
    <div className={`asker-mark asker-mark-${kind}`}>
      <p className="asker-word">
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          {SHAPES[kind]}
        </svg>
        {word}
      </p>
      {children}
    </div>
  )
}

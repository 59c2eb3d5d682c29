import './verdict.css'
import type { ReactNode } from 'react'
import type { VerifiedPresentation } from '../../../verifier/verifier.ts'
import { Button } from '../../kit/button.tsx'
import { useNow } from '../../kit/clock.tsx'
import { relativeTime } from '../../kit/format.ts'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Facts, Screen } from '../../kit/layout.tsx'
import type { CardLabels } from '../core/labels.ts'
import { check } from '../messages/check.ts'
import { verdict as texts } from '../messages/verdict.ts'
import { type Shown, type Tone, toneOf } from '../tone.ts'
import { Answers } from './answers.tsx'

export interface VerdictScreenProps {
  readonly result: VerifiedPresentation
  /** False if the person who compared the photo said no; null if there was nothing to compare. */
  readonly isSamePerson: boolean | null
  readonly labels: ReadonlyMap<string, CardLabels>
  readonly onNext: () => void
}

const SHAPES: Readonly<Record<Tone, ReactNode>> = {
  good: <path d="M18 52 42 76 84 26" />,
  bad: <path d="m24 24 52 52M76 24 24 76" />,
  stopped: <path d="M36 20v60M64 20v60" />,
  over: <path d="M50 14a36 36 0 1 0 0 72 36 36 0 0 0 0-72ZM50 30v22l14 12" />,
  open: <path d="M34 36a16 16 0 1 1 24 14c-5 3-8 6-8 12M50 78v3" />,
}

/** The whole screen in the colour of the outcome: word, shape, sentence, next step; below, what it is based on. */
export function VerdictScreen({ result, isSamePerson, labels, onNext }: VerdictScreenProps) {
  const t = useTexts(texts)
  const { name } = useTexts(check)
  const language = useLanguage()
  const shown: Shown = result.outcome === 'valid' && isSamePerson === false ? 'not_same' : result.outcome
  const sentence = shown === 'not_same' ? t.notSame : result.sentence[language]
  const nextStep = isSamePerson === null ? result.nextStep[language] : isSamePerson ? t.sameNext : t.notSameNext
  const tone = toneOf(shown)
  return (
    <div className={`verdict verdict-${tone}`} data-outcome={shown} data-reason={result.reason ?? ''}>
      <Screen title={t[shown]} app={name} width="narrow">
        <svg className="verdict-shape" viewBox="0 0 100 100" aria-hidden="true">
          {SHAPES[tone]}
        </svg>
        <div role="status" className="verdict-words">
          <p className="verdict-sentence">{sentence}</p>
          <p className="verdict-step">{nextStep}</p>
        </div>
        <Button size="large" autoFocus onPress={onNext}>
          {t.next}
        </Button>
        <div className="verdict-basis">
          {tone === 'good' && <Answers disclosed={result.disclosed ?? []} labels={labels} />}
          <Basis result={result} />
        </div>
      </Screen>
    </div>
  )
}

/** Who issued the card as the ledger names it, and how old the knowledge is. */
function Basis({ result }: { readonly result: VerifiedPresentation }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const now = useNow()
  const issuer = result.credentials[0]?.evidence.organisation?.name
  const asOf = result.asOf
  return (
    <Facts
      facts={[
        ...(issuer ? ([[t.issuer, issuer]] as const) : []),
        [t.knowledge, asOf === null ? t.none : t.asOf(asOf.block, relativeTime(language, asOf.time, now))],
      ]}
    />
  )
}

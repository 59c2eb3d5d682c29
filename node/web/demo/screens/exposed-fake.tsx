import type { ReactNode } from 'react'
import type { VerifiedPresentation } from '../../../verifier/verifier.ts'
import { verdict as verdicts } from '../../check/messages/verdict.ts'
import { type Tone, toneOf } from '../../check/tone.ts'
import { labelOf } from '../../kit/claims/claim-text.ts'
import { inLanguage, useLanguage, useTexts } from '../../kit/language.tsx'
import { Facts } from '../../kit/layout.tsx'
import { request as requests } from '../../wallet/messages/request.ts'
import type { Exposed, Fake } from '../fakes/fakes.ts'
import { fakes as texts } from '../messages/fakes.ts'

/** What came of a fake: who answered what and why, and what stops it. */
export function ExposedFake({ fake, exposed }: { readonly fake: Fake; readonly exposed: Exposed }) {
  const t = useTexts(texts)
  return (
    <>
      {exposed.by === 'shop' ? <VerdictLine verdict={exposed.verdict} /> : <WalletLine exposed={exposed} />}
      <Facts
        facts={[
          ...(exposed.by === 'shop' && exposed.code !== null
            ? [[t.refused, <code key="code">{exposed.code}</code>] as const]
            : []),
          [t.defence, t[`${fake}.defence`]],
        ]}
      />
    </>
  )
}

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', stopped: '‖', over: '◷', open: '?' }

interface LineProps {
  readonly tone: Tone
  readonly word: string
  readonly code: string
  readonly children: ReactNode
}

function Line({ tone, word, code, children }: LineProps) {
  const t = useTexts(texts)
  return (
    <div className={`answer answer-${tone}`} role="status">
      <p className="answer-word">
        <span aria-hidden="true">{MARKS[tone]}</span> {word}
      </p>
      {children}
      <p>
        {t.reason} <code>{code}</code>
      </p>
    </div>
  )
}

/** Word, sentence and code of a verdict, as the check screen says them. */
export function VerdictLine({
  verdict: { outcome, reason, sentence, nextStep },
}: {
  readonly verdict: VerifiedPresentation
}) {
  const words = useTexts(verdicts)
  const language = useLanguage()
  const code = reason === null ? outcome : `${outcome}/${reason}`
  return (
    <Line tone={toneOf(outcome)} word={words[outcome]} code={code}>
      <p>{`${sentence[language]} ${nextStep[language]}`}</p>
    </Line>
  )
}

function WalletLine({
  exposed: { asker, marked, code },
}: {
  readonly exposed: Extract<Exposed, { readonly by: 'wallet' }>
}) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { registration } = asker
  const r = useTexts(requests)
  const names = marked.map(({ label, path }) => (path[0] === 'anchor' ? r.receipt : labelOf(language, label, path)))
  const who =
    registration.state === 'registered'
      ? `${registration.organisation} · ${inLanguage(language, registration.service)}`
      : t.unregistered
  return (
    <Line
      tone={code === null ? 'good' : 'stopped'}
      word={code === null ? t.walletShares : t.walletRefuses}
      code={code ?? 'shared'}
    >
      <Facts
        facts={[
          [t.asker, who],
          [t.beyond, names.length === 0 ? t.none : names.join(', ')],
        ]}
      />
    </Line>
  )
}

import './renew.css'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { renew as texts } from '../../messages/renew.ts'

const STEPS = ['asking', 'making', 'checking'] as const
export type ShownStep = (typeof STEPS)[number]

/** Which steps of a renewal are done, and which one is under way. A screen reader is told of each. */
export function Steps({ step }: { readonly step: ShownStep }) {
  const t = useTexts(texts)
  const at = STEPS.indexOf(step)
  return (
    <Section title={t.steps}>
      <ol className="renewal-steps" aria-live="polite">
        {STEPS.map((each, i) => (
          <li key={each} aria-current={i === at ? 'step' : undefined} data-later={i > at}>
            {i < at ? `${t[each]} · ${t.stepDone}` : t[each]}
          </li>
        ))}
      </ol>
    </Section>
  )
}

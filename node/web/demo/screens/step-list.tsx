import { useTexts } from '../../kit/language.tsx'
import { story as texts } from '../messages/story.ts'
import { STEPS } from '../story/progress.ts'

/** What is done, what is to be done now, and what follows. */
export function StepList({ at }: { readonly at: number }) {
  const t = useTexts(texts)
  return (
    <ol className="steps" aria-label={t.steps}>
      {STEPS.map((step, index) => {
        const state = index < at ? 'done' : index === at ? 'now' : 'later'
        return (
          <li key={step} className={`step step-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
            <span className="step-mark" aria-hidden="true">
              {state === 'done' ? '✓' : index + 1}
            </span>
            {t[`${step}.name`]}
            {state === 'done' && <span className="visually-hidden">{t.stepDone}</span>}
          </li>
        )
      })}
    </ol>
  )
}

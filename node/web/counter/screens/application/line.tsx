import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { ErrorSummary, type FieldFault } from '../../../kit/error-summary.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { lineFault } from '../../flow/application.ts'
import { line as texts } from '../../messages/line.ts'
import type { StepProps } from './step-props.ts'

/** The applicant's line. The node is asked whose it is when the application is sent. */
export function Line({ flow, acts, messages }: StepProps) {
  const t = useTexts(texts)
  const [tried, setTried] = useState(false)
  const fault = tried ? lineFault(flow.draft) : undefined
  const faults: readonly FieldFault[] = fault === undefined ? [] : [{ field: 'line', text: t[fault] }]
  const go = (page: 'identity' | 'summary') => acts.dispatch({ type: 'went', page })
  const next = () => {
    setTried(true)
    if (lineFault(flow.draft) === undefined) go('summary')
  }
  const without = () => {
    acts.dispatch({ type: 'drafted', change: { line: '' } })
    go('summary')
  }
  return (
    <Section>
      <ErrorSummary faults={faults} />
      <TextField
        id="line"
        label={t.number}
        description={t.hint}
        error={fault && t[fault]}
        value={flow.draft.line}
        onChange={line => acts.dispatch({ type: 'drafted', change: { line } })}
        type="tel"
        inputMode="tel"
        maxLength={20}
        placeholder="010-1234-5678"
        autoComplete="off"
      />
      <Actions>
        <Button onPress={next}>{t.next}</Button>
        <Button kind="secondary" onPress={without}>
          {t.without}
        </Button>
        {(flow.application === null || flow.application.state === 'applied') && (
          <Button kind="text" onPress={() => go('identity')}>
            {t.back}
          </Button>
        )}
      </Actions>
      {messages && <p className="hint">{t.withoutHint}</p>}
    </Section>
  )
}

import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { ErrorSummary } from '../../../kit/error-summary.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { application as texts } from '../../messages/application.ts'
import { IdentityFields, useIdentityFaults } from './identity-fields.tsx'
import type { StepProps } from './step-props.ts'

/** How the clerk checked that the person is the one of the photo. */
export function Identity({ flow, acts }: StepProps) {
  const t = useTexts(texts)
  const [tried, setTried] = useState(false)
  const faults = useIdentityFaults(flow.draft)
  const shown = tried ? faults : []
  const isMobile = flow.draft.kind === 'mobile'
  const next = () => {
    setTried(true)
    acts.dispatch({ type: 'went', page: isMobile ? 'line' : 'summary' })
  }
  return (
    <Section>
      <ErrorSummary faults={shown} />
      <IdentityFields
        draft={flow.draft}
        faults={shown}
        onChange={change => acts.dispatch({ type: 'drafted', change })}
      />
      <Actions>
        <Button onPress={next}>{isMobile ? t['identity.nextLine'] : t['identity.next']}</Button>
        {flow.application === null && (
          <Button kind="text" onPress={() => acts.dispatch({ type: 'went', page: 'choose' })}>
            {t.back}
          </Button>
        )}
      </Actions>
    </Section>
  )
}

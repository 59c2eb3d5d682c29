import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { RadioGroup } from '../../../kit/choices.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import type { Act } from '../../flow/flow.ts'
import { application as texts } from '../../messages/application.ts'
import type { FlowActs } from '../../use-flow.ts'

interface CancelProps {
  readonly acts: FlowActs
  readonly doing: Act | null
  readonly onKeep: () => void
}

const REASONS = ['applicant', 'mistake'] as const

export function Cancel({ acts, doing, onKeep }: CancelProps) {
  const t = useTexts(texts)
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null)
  const [tried, setTried] = useState(false)
  const press = () => {
    setTried(true)
    if (reason !== null) void acts.cancel(reason)
  }
  return (
    <Section title={t['cancel.title']}>
      <RadioGroup
        label={t['cancel.reason']}
        value={reason}
        onChange={setReason}
        error={tried && reason === null ? t['cancel.reasonMissing'] : undefined}
        options={REASONS.map(value => ({ value, label: t[`cancel.${value}`] }))}
      />
      <Actions>
        <Button kind="danger" isPending={doing === 'cancel'} onPress={press}>
          {t['cancel.press']}
        </Button>
        <Button kind="text" onPress={onKeep}>
          {t['cancel.keep']}
        </Button>
      </Actions>
    </Section>
  )
}

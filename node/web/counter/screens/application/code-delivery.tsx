import { RadioGroup } from '../../../kit/choices.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { canText, deliveryOf } from '../../flow/application.ts'
import { line as texts } from '../../messages/line.ts'
import type { StepProps } from './step-props.ts'

/** How the applicant gets the transaction code. Where no messages can be sent, the slip is the only way and nothing is asked. */
export function CodeDelivery({ flow, acts, messages }: Pick<StepProps, 'flow' | 'acts' | 'messages'>) {
  const t = useTexts(texts)
  const { draft, application } = flow
  if (!messages) return null
  const isPossible = canText(draft, application, messages)
  return (
    <RadioGroup
      label={t.delivery}
      value={deliveryOf(draft, application, messages)}
      onChange={delivery => acts.dispatch({ type: 'drafted', change: { delivery } })}
      options={[
        {
          value: 'line',
          label: t['delivery.line'],
          detail: isPossible ? t['delivery.lineHint'] : t['delivery.lineMissing'],
          isDisabled: !isPossible,
        },
        { value: 'slip', label: t['delivery.slip'], detail: t['delivery.slipHint'] },
      ]}
    />
  )
}

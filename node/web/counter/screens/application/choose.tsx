import { useState } from 'react'
import type { ApplicationKind } from '../../../../credential/card.ts'
import { Actions, Button } from '../../../kit/button.tsx'
import { CheckboxGroup, RadioGroup } from '../../../kit/choices.tsx'
import { ErrorSummary, type FieldFault } from '../../../kit/error-summary.tsx'
import { type Texts, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { application as texts } from '../../messages/application.ts'
import { pathOf } from '../../paths.ts'
import type { StepProps } from './step-props.ts'

/** The kind of the application, and for a plastic card the chip and the fee. */
export function Choose({ flow, acts, cards, person, resident }: StepProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { go } = useRoute()
  const { draft } = flow
  const card = draft.card ?? ''
  const possible = resident.canApply.filter(one => one.card === card)
  const allowed = (kind: ApplicationKind) => possible.some(one => one.kind === kind && one.allowed)
  const plastic = draft.kind !== 'mobile'
  const chosen = possible.find(one => one.kind === draft.kind)
  const [tried, setTried] = useState(false)
  const faults: FieldFault[] = [
    ...(allowed(draft.kind) ? [] : [{ field: 'kind', text: t.kindMissing }]),
    ...(chosen?.consent === true && !draft.guardianConsent ? [{ field: 'consent', text: t.consentMissing }] : []),
  ]
  const shown = tried ? faults : []
  const faultOf = (name: string) => shown.find(({ field }) => field === name)?.text
  const next = () => {
    setTried(true)
    if (faults.length === 0) acts.dispatch({ type: 'went', page: 'identity' })
  }
  return (
    <Section title={cards.nameOf(card)}>
      <ErrorSummary faults={shown} />
      <RadioGroup
        id="kind"
        label={t.kind}
        error={faultOf('kind')}
        value={draft.kind}
        onChange={kind => acts.dispatch({ type: 'drafted', change: { kind } })}
        options={possible.map(({ kind, refusal }) => ({
          value: kind,
          label: t[`kind.${kind}`],
          detail: refusal ? refusal.text[language] : t[`kindHint.${kind}`],
          isDisabled: !allowed(kind),
        }))}
      />
      {plastic && (
        <RadioGroup
          label={t.chip}
          value={draft.chip ? 'yes' : 'no'}
          onChange={chip => acts.dispatch({ type: 'drafted', change: { chip: chip === 'yes' } })}
          options={[
            { value: 'yes', label: t.chipYes, detail: t.chipYesHint },
            { value: 'no', label: t.chipNo },
          ]}
        />
      )}
      {chosen?.consent && (
        <CheckboxGroup
          id="consent"
          label={t.guardian}
          error={faultOf('consent')}
          value={draft.guardianConsent ? ['consent'] : []}
          onChange={({ length }) => acts.dispatch({ type: 'drafted', change: { guardianConsent: length > 0 } })}
          options={[{ value: 'consent', label: t.consent, detail: t.consentHint }]}
        />
      )}
      <Facts facts={[[t.fee, feeText(t, chosen?.fee ?? 0)]]} />
      <Actions>
        <Button onPress={next}>{t.next}</Button>
        <Button kind="text" onPress={() => go(pathOf.person(person))}>
          {t.back}
        </Button>
      </Actions>
    </Section>
  )
}

/** @param fee in won */
export function feeText(t: Texts<typeof texts.ko>, fee: number): string {
  return fee === 0 ? t.free : t.won(fee.toLocaleString('ko-KR'))
}

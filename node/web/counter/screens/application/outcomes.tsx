/** The pages on which the clerk waits, starts again, or is at the end. */
import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { application as applications } from '../../messages/application.ts'
import { handout as texts } from '../../messages/handout.ts'
import { pathOf } from '../../paths.ts'
import { feeText } from './choose.tsx'
import { CodeDelivery } from './code-delivery.tsx'
import type { StepProps } from './step-props.ts'

export function Expired({ elsewhere, ...props }: StepProps & { readonly elsewhere: boolean }) {
  const t = useTexts(texts)
  return (
    <Section>
      <p>{elsewhere ? t['expired.elsewhere'] : t['expired.text']}</p>
      <Again {...props} />
    </Section>
  )
}

export function Stopped(props: StepProps) {
  const t = useTexts(texts)
  return (
    <Section>
      <p role="status">{t['stopped.text']}</p>
      <Again {...props} />
    </Section>
  )
}

function Again({ flow, acts, messages }: StepProps) {
  const t = useTexts(texts)
  return (
    <>
      <CodeDelivery flow={flow} acts={acts} messages={messages} />
      <Actions>
        <Button size="large" isPending={flow.doing === 'offer'} onPress={() => acts.newOffer()}>
          {t['expired.again']}
        </Button>
        <NextPerson />
      </Actions>
    </>
  )
}

export function Issuing() {
  const t = useTexts(texts)
  return (
    <Section>
      <p role="status">{t['issuing.text']}</p>
      <p className="hint">{t['issuing.phone']}</p>
    </Section>
  )
}

export function Ordered({ person, flow }: StepProps) {
  const t = useTexts(applications)
  const { application } = flow
  return (
    <Section>
      <Facts
        facts={[
          [t.kind, t[`kind.${application?.kind ?? 'ic-first'}`]],
          [t.fee, feeText(t, application?.fee ?? 0)],
          [t['ordered.state'], application?.job === 'taken' ? t['ordered.taken'] : t['ordered.queued']],
        ]}
      />
      <p role="status">{t['ordered.next']}</p>
      <Ways person={person} />
    </Section>
  )
}

export function Ended({ how, person, flow }: StepProps & { readonly how: 'cancelled' | 'refused' }) {
  const t = useTexts(texts)
  const refusal = flow.application?.refusal ?? null
  const wrongCodes = how === 'cancelled' && flow.application?.txCodesLeft === 0
  return (
    <Section>
      {refusal !== null && <p>{t[`refusal.${refusal}`]}</p>}
      <p role="status">{wrongCodes ? t['ended.wrongCodes'] : t[`ended.${how}Text`]}</p>
      <Ways person={person} />
    </Section>
  )
}

function Ways({ person }: { readonly person: string }) {
  const t = useTexts(texts)
  const { go } = useRoute()
  return (
    <Actions>
      <Button onPress={() => go(pathOf.person(person))}>{t['done.person']}</Button>
      <NextPerson />
    </Actions>
  )
}

function NextPerson() {
  const t = useTexts(texts)
  const { go } = useRoute()
  return (
    <Button kind="text" onPress={() => go(pathOf.desk)}>
      {t['done.next']}
    </Button>
  )
}

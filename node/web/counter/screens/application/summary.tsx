import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { application as texts } from '../../messages/application.ts'
import { line as lines } from '../../messages/line.ts'
import { Cancel } from './cancel.tsx'
import { feeText } from './choose.tsx'
import { CodeDelivery } from './code-delivery.tsx'
import type { StepProps } from './step-props.ts'

/** What will be sent. Nothing was sent before. */
export function Summary({ flow, acts, cards, resident, messages }: StepProps) {
  const t = useTexts(texts)
  const l = useTexts(lines)
  const { draft, application } = flow
  const { card, kind, chip, document, documentNumber, means } = draft
  const [cancelling, setCancelling] = useState(false)
  const listed = resident.canApply.find(one => one.card === card && one.kind === kind)
  const fee = feeText(t, application?.fee ?? listed?.fee ?? 0)
  // An identity check that was recorded before is not shown again: its number is not sent to this screen.
  const checkedBefore = application !== null && application.state !== 'applied' && document === null
  // A number that was verified before is not sent to this screen.
  const lineText = draft.line || (application?.lineVerified ? l.verified : l.notVerified)
  if (cancelling) return <Cancel acts={acts} doing={flow.doing} onKeep={() => setCancelling(false)} />
  return (
    <Section>
      <Facts
        facts={[
          [t['summary.person'], resident.name],
          [t['summary.card'], cards.nameOf(card ?? '')],
          [t.kind, t[`kind.${kind}`]],
          ...(kind === 'mobile' ? [] : [[t.chip, chip ? t.chipYes : t.chipNo] as const]),
          [t.fee, fee],
        ]}
      />
      {application === null && (
        <Actions>
          <Button kind="secondary" onPress={() => acts.dispatch({ type: 'went', page: 'choose' })}>
            {t['summary.changeCard']}
          </Button>
        </Actions>
      )}
      <Facts
        facts={
          checkedBefore || document === null
            ? [[t['summary.identity'], t['summary.identityDone']]]
            : [
                [t['identity.document'], t[`document.${document}`]],
                ...(document === 'none' ? [] : [[t['identity.number'], documentNumber] as const]),
                [t['identity.means'], means.map(one => t[`means.${one}`]).join(', ')],
              ]
        }
      />
      {!checkedBefore && (application === null || application.state === 'applied') && (
        <Actions>
          <Button kind="secondary" onPress={() => acts.dispatch({ type: 'went', page: 'identity' })}>
            {t['summary.changeIdentity']}
          </Button>
        </Actions>
      )}
      {kind === 'mobile' && (
        <>
          <Facts facts={[[l.number, lineText]]} />
          <Actions>
            <Button kind="secondary" onPress={() => acts.dispatch({ type: 'went', page: 'line' })}>
              {draft.line === '' && !application?.lineVerified ? l.add : l.change}
            </Button>
          </Actions>
          <CodeDelivery flow={flow} acts={acts} messages={messages} />
        </>
      )}
      <Actions>
        <Button size="large" isPending={flow.doing === 'send'} onPress={acts.send}>
          {kind === 'mobile' ? t['summary.show'] : t['summary.order']}
        </Button>
        {application !== null && (
          <Button kind="text" onPress={() => setCancelling(true)}>
            {t['cancel.press']}
          </Button>
        )}
      </Actions>
    </Section>
  )
}

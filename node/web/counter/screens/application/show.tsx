/**
 * The two sides of the screen while a code counts. The applicant's side has the QR code and never the transaction code; the
 * clerk's side has the transaction code, unless it was sent to the applicant's line, and no QR code.
 * Why: docs/decisions/126.
 */
import { useState } from 'react'
import { OFFER_LIFETIME, TX_CODE_TRIES } from '../../../../credential/application.ts'
import { Actions, Button } from '../../../kit/button.tsx'
import { Countdown } from '../../../kit/countdown.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import type { Handout } from '../../flow/application.ts'
import { handout as texts } from '../../messages/handout.ts'
import { line as lines } from '../../messages/line.ts'
import { ApplicantSide } from './applicant-side.tsx'
import { Cancel } from './cancel.tsx'
import { CodeSent } from './code-sent.tsx'
import { Slip } from './slip.tsx'
import type { StepProps } from './step-props.ts'
import { TransactionCode } from './transaction-code.tsx'

export function Show({ flow, acts, cards, handout }: StepProps & { readonly handout: Handout }) {
  const t = useTexts(texts)
  const l = useTexts(lines)
  const { txCode } = handout
  const [turned, setTurned] = useState(true)
  const [cancelling, setCancelling] = useState(false)
  const card = cards.nameOf(flow.application?.card ?? '')
  const left = flow.application?.txCodesLeft ?? TX_CODE_TRIES
  if (cancelling) return <Cancel acts={acts} doing={flow.doing} onKeep={() => setCancelling(false)} />
  return (
    <>
      <ApplicantSide isOpen={turned} handout={handout} card={card} onTurnBack={() => setTurned(false)} />
      <Section title={txCode === null ? l['sent.title'] : t['show.slip']}>
        {left < TX_CODE_TRIES && (
          <Notice kind="warning" title={t['show.wrong'](TX_CODE_TRIES - left)}>
            <p>{t['show.wrongLeft'](left)}</p>
          </Notice>
        )}
        {txCode === null ? (
          <CodeSent flow={flow} acts={acts} />
        ) : (
          <>
            <TransactionCode code={txCode} />
            <Actions>
              <Button onPress={() => print()}>{t['show.print']}</Button>
            </Actions>
          </>
        )}
      </Section>
      <Section title={t['show.waiting']}>
        <Countdown until={handout.expiresAt} total={OFFER_LIFETIME} />
        <Actions>
          <Button onPress={() => setTurned(true)}>{t['show.turn']}</Button>
          <Button kind="text" onPress={() => setCancelling(true)}>
            {t['show.cancel']}
          </Button>
        </Actions>
      </Section>
      {txCode !== null && <Slip code={txCode} expiresAt={handout.expiresAt} card={card} />}
    </>
  )
}

import { useCallback, useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { Checkbox } from '../../../kit/choices.tsx'
import { useClock } from '../../../kit/clock.tsx'
import { Countdown } from '../../../kit/countdown.tsx'
import { DigitDisplay } from '../../../kit/digit-display.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Notice } from '../../../kit/notice.tsx'
import type { CardRequest } from '../../core/wallet.ts'
import { request as texts } from '../../messages/request.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { OtherWallet } from '../other-wallet.tsx'
import { Page } from '../page.tsx'
import { AskerBox } from './asker.tsx'
import type { Channel } from './channel.ts'
import { cardsOf, firstChoice, isBeyond } from './choice.ts'
import { Groups } from './groups.tsx'
import type { Outcome } from './outcome.ts'

export interface ConsentProps {
  readonly request: CardRequest
  readonly channel: Channel
  readonly onDone: (outcome: Outcome) => void
}

export function Consent({ request, channel, onDone }: ConsentProps) {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const clock = useClock()
  const [begun] = useState(clock)
  const [chosen, setChosen] = useState(() => firstChoice(request))
  const [beyondAgreed, setAgreed] = useState(false)
  const [fault, setFault] = useState<string | undefined>(undefined)
  const [isOver, setOver] = useState(false)
  const over = useCallback(() => setOver(true), [])
  const [doing, setDoing] = useState<'share' | 'decline' | null>(null)
  const act = useAct()
  const beyond = isBeyond(request, chosen)
  const finish = (outcome: Outcome) => {
    changed()
    onDone(outcome)
  }
  const share = () => {
    if (beyond && !beyondAgreed) return setFault(t.beyondNeeded)
    setDoing('share')
    act.run(async () => {
      const choice = { cards: cardsOf(request, chosen), ...(beyond && { beyondAgreed }) }
      finish(await channel.answer(request, choice, await wallet.touch()))
    })
  }
  const decline = () => {
    setDoing('decline')
    act.run(async () => finish(await channel.decline(request)))
  }
  const { expiresAt, answerable } = request
  return (
    <Page title={answerable ? t.title : t.cannotAnswer} isAct>
      <AskerBox asker={request.asker} />
      {answerable && request.digits !== null && <MatchDigits digits={request.digits} />}
      <Groups
        request={request}
        chosen={chosen}
        onChoose={next => {
          setChosen(next)
          setAgreed(false)
          setFault(undefined)
        }}
      />
      {answerable && beyond && (
        <Checkbox
          label={t.beyondAgree}
          isSelected={beyondAgreed}
          onChange={agreed => {
            setAgreed(agreed)
            setFault(undefined)
          }}
        />
      )}
      {fault !== undefined && (
        <Notice kind="danger">
          <p>{fault}</p>
        </Notice>
      )}
      {act.error !== null && <Problem error={act.error} />}
      {isOver && (
        <Notice kind="warning" title={t.expired}>
          <p>{t.expiredHow}</p>
        </Notice>
      )}
      {answerable && !isOver && expiresAt !== null && (
        <Countdown until={expiresAt} total={Math.max(1, expiresAt - begun)} onOver={over} />
      )}
      {answerable && !isOver && <p>{`${t.minimal} ${t.shareHow}`}</p>}
      <Actions>
        {answerable && !isOver && (
          <Button size="large" isPending={act.isPending && doing === 'share'} onPress={share}>
            {t.share}
          </Button>
        )}
        <Button
          kind="secondary"
          size="large"
          isPending={act.isPending && doing === 'decline'}
          isDisabled={act.isPending && doing === 'share'}
          onPress={decline}
        >
          {t.decline}
        </Button>
      </Actions>
      <OtherWallet />
    </Page>
  )
}

/** The holder compares them with the screen that showed the code. Somebody who was sent a picture of the code has none. */
function MatchDigits({ digits }: { readonly digits: string }) {
  const t = useTexts(texts)
  return (
    <Notice kind="warning" title={t.matchTitle}>
      <DigitDisplay label={t.match} digits={digits} />
      <p>{t.matchHow}</p>
    </Notice>
  )
}

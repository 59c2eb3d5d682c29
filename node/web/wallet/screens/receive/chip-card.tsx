/**
 * With the IC card: the page shows a code for a kiosk, and goes on when the offer is there. It says that it cannot read the
 * card itself.
 */
import { useEffect, useState } from 'react'
import { systemTimer } from '../../../../lib/time.ts'
import { Button } from '../../../kit/button.tsx'
import { useClock } from '../../../kit/clock.tsx'
import { Countdown } from '../../../kit/countdown.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { QrCode } from '../../../kit/qr/qr-code.tsx'
import { Link } from '../../../kit/router.tsx'
import type { ChipSession, ChipState } from '../../core/chip-session.ts'
import { receive as texts } from '../../messages/receive.ts'
import { useOpenLink } from '../../open-link.tsx'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

/** The only plastic card with a chip. */
const RESIDENT = 'urn:dojang:kr:resident:1'
/** Milliseconds between two questions whether the offer is there. */
const ASK_EVERY = 2000

export function ChipCard() {
  const t = useTexts(texts)
  const { wallet } = useWallet()
  const [session, again] = useLoad(() => wallet.openChipSession(RESIDENT), [wallet])
  return (
    <Await
      of={session}
      failed={error => (
        <Page title={t.chipTitle}>
          <Problem error={error} onRetry={again} />
          <Link to={pathOf.receive}>{t.chipOther}</Link>
        </Page>
      )}
    >
      {opened => <Waiting key={opened.code} session={opened} onAgain={again} />}
    </Await>
  )
}

interface WaitingProps {
  readonly session: ChipSession
  readonly onAgain: () => void
}

function Waiting({ session, onAgain }: WaitingProps) {
  const t = useTexts(texts)
  const clock = useClock()
  const [begun] = useState(clock)
  const { openLink } = useOpenLink()
  const state = useChipState(session)
  useEffect(() => {
    if (state.at === 'offer') openLink(state.link)
  }, [state, openLink])
  if (state.at === 'over' || state.at === 'counter') {
    return (
      <Page title={state.at === 'over' ? t.chipOverTitle : t.chipCounterTitle}>
        <Notice kind="warning">
          <p>{state.at === 'over' ? t.chipOver : t.chipCounter}</p>
        </Notice>
        {state.at === 'over' && <Button onPress={onAgain}>{t.chipAgain}</Button>}
        <Link to={pathOf.receive}>{t.chipOther}</Link>
      </Page>
    )
  }
  return (
    <Page title={t.chipTitle}>
      <p>{t.chipHow}</p>
      <Section>
        {state.at === 'face' ? (
          <Notice kind="success" title={t.chipReadTitle}>
            <p>{t.chipRead}</p>
          </Notice>
        ) : (
          <>
            <QrCode text={session.code} label={t.chipCode} />
            <details>
              <summary>{t.chipText}</summary>
              <p className="chip-code-text">{session.code}</p>
            </details>
          </>
        )}
        <Countdown until={session.endsAt} total={Math.max(1, session.endsAt - begun)} />
      </Section>
      <Notice>
        <p>{t.chipKiosk}</p>
      </Notice>
      <Link to={pathOf.receive}>{t.chipOther}</Link>
    </Page>
  )
}

/** Asks while the page is open. A question without an answer is asked again. */
function useChipState(session: ChipSession): ChipState {
  const [state, setState] = useState<ChipState>({ at: 'document' })
  useEffect(() => {
    let isLeft = false
    let cancel: (() => void) | undefined
    const ask = async () => {
      const next = await session.state().catch(() => null)
      if (isLeft) return
      if (next) setState(next)
      const isDone = next !== null && next.at !== 'document' && next.at !== 'face'
      if (!isDone) cancel = systemTimer.after(ASK_EVERY, () => void ask())
    }
    void ask()
    return () => {
      isLeft = true
      cancel?.()
    }
  }, [session])
  return state
}

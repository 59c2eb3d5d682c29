/**
 * The mode rendezvous (docs/in-person-rendezvous.md): the till reads a short code of this phone and sends its request
 * through the relay of the authority, which cannot read it.
 */
import { useEffect, useState } from 'react'
import { handingLink } from '../../../check/core/demo.ts'
import { Actions, Button } from '../../../kit/button.tsx'
import { useClock } from '../../../kit/clock.tsx'
import { Countdown } from '../../../kit/countdown.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Loading } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { QrCode } from '../../../kit/qr/qr-code.tsx'
import { Link } from '../../../kit/router.tsx'
import type { CardRequest, Meeting } from '../../core/wallet.ts'
import { show as texts } from '../../messages/show.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { byRelay } from '../request/channel.ts'
import { Consent } from '../request/consent.tsx'
import type { Outcome } from '../request/outcome.ts'
import { Result } from '../request/result.tsx'

export function Till() {
  const [turn, setTurn] = useState(0)
  return <Meet key={turn} onAgain={() => setTurn(turn + 1)} />
}

type Step =
  | { readonly name: 'opening' }
  | { readonly name: 'waiting'; readonly meeting: Meeting }
  | { readonly name: 'asked'; readonly meeting: Meeting; readonly request: CardRequest }
  | { readonly name: 'done'; readonly outcome: Outcome }
  | { readonly name: 'failed'; readonly error: unknown }

function Meet({ onAgain }: { readonly onAgain: () => void }) {
  const t = useTexts(texts)
  const { wallet, settings } = useWallet()
  const clock = useClock()
  const [begun] = useState(clock)
  const [step, setStep] = useState<Step>({ name: 'opening' })
  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    const settle = (next: Step) => signal.aborted || setStep(next)
    async function meet(): Promise<void> {
      const meeting = await wallet.openMeeting()
      settle({ name: 'waiting', meeting })
      settle({ name: 'asked', meeting, request: await meeting.request(signal) })
    }
    meet().catch(error => settle({ name: 'failed', error }))
    return () => leaving.abort()
  }, [wallet])
  switch (step.name) {
    case 'opening':
      return (
        <Page title={t.till}>
          <Loading />
        </Page>
      )
    case 'waiting':
      return (
        <Page title={t.tillTitle}>
          <QrCode text={step.meeting.code} label={t.tillLabel} />
          {settings.isDemo && (
            <a
              className="button button-secondary"
              href={handingLink(settings.authority, step.meeting.code)}
              target="_blank"
              rel="noreferrer"
            >
              {t.tillHere}
            </a>
          )}
          <Countdown until={step.meeting.endsAt} total={Math.max(1, step.meeting.endsAt - begun)} />
          <Notice>
            <p>{t.tillWaiting}</p>
          </Notice>
        </Page>
      )
    case 'asked':
      return (
        <Consent
          request={step.request}
          channel={byRelay(step.meeting)}
          onDone={outcome => setStep({ name: 'done', outcome })}
        />
      )
    case 'done':
      return <Result outcome={step.outcome} />
    case 'failed':
      return (
        <Page title={t.tillFailed}>
          <Problem error={step.error} />
          <p>{t.tillInstead}</p>
          <Actions>
            <Button size="large" onPress={onAgain}>
              {t.newCode}
            </Button>
          </Actions>
          <Link to={pathOf.scan}>{t.scan}</Link>
        </Page>
      )
  }
}

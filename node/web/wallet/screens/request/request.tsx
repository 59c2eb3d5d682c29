/**
 * Who asks for what, and the holder's decision. A link can open this screen, and no more: nothing is chosen, agreed or sent
 * before the holder presses, and the passkey verifies the holder before anything leaves the phone.
 */
import { useMemo, useState } from 'react'
import { useTexts } from '../../../kit/language.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Link } from '../../../kit/router.tsx'
import { request as texts } from '../../messages/request.ts'
import { show } from '../../messages/show.ts'
import { type Opened, useOpenLink } from '../../open-link.tsx'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { byLink, byScreen } from './channel.ts'
import { Consent } from './consent.tsx'
import type { Outcome } from './outcome.ts'
import { Result } from './result.tsx'

type Asked = Exclude<Opened, { readonly kind: 'offer' | 'returned' }>

export function Request() {
  const t = useTexts(texts)
  const s = useTexts(show)
  const { opened } = useOpenLink()
  if (opened?.kind === 'request' || opened?.kind === 'shown') return <OpenRequest asked={opened} />
  return (
    <Page title={t.none}>
      <p>{t.noneHow}</p>
      <Link to={pathOf.scan}>{s.scan}</Link>
    </Page>
  )
}

function OpenRequest({ asked }: { readonly asked: Asked }) {
  const t = useTexts(texts)
  const { wallet } = useWallet()
  const [opened, again] = useLoad(
    () => (asked.kind === 'request' ? wallet.openRequest(asked.link) : wallet.openShownRequest(asked.message)),
    [wallet, asked],
  )
  const channel = useMemo(
    () => (asked.kind === 'request' ? byLink(wallet, asked.sameDevice) : byScreen(wallet)),
    [wallet, asked],
  )
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  if (outcome) return <Result outcome={outcome} />
  return (
    <Await
      of={opened}
      failed={error => (
        <Page title={t.cannotAnswer}>
          <Problem error={error} onRetry={again} />
          <Link to={pathOf.scan}>{t.scanAgain}</Link>
        </Page>
      )}
    >
      {request => <Consent request={request} channel={channel} onDone={setOutcome} />}
    </Await>
  )
}

/**
 * The page that shows a request to a browser, for web sites that have none of their own: a link for a wallet on this device, a
 * QR code for one on another, and two digits by which the holder sees that the request on the phone is the one on this screen.
 */
import { useState } from 'react'
import { Button } from '../kit/button.tsx'
import { useClock } from '../kit/clock.tsx'
import { Countdown } from '../kit/countdown.tsx'
import { DigitDisplay } from '../kit/digit-display.tsx'
import { useLanguage, useTexts } from '../kit/language.tsx'
import { Layout, Screen, Section, TwoColumns } from '../kit/layout.tsx'
import { Loading } from '../kit/load.tsx'
import { Notice } from '../kit/notice.tsx'
import { QrCode } from '../kit/qr/qr-code.tsx'
import { useRoute } from '../kit/router.tsx'
import { ask } from './messages/ask.ts'
import { type Opened, usePage } from './use-page.ts'

export function App() {
  const t = useTexts(ask)
  const { path } = useRoute()
  const [page, again] = usePage(path)
  return (
    <Layout name={t.name}>
      <div key={page.at}>
        {page.at === 'opening' && (
          <Screen title={t.opening} app={t.name} width="narrow">
            <Loading />
          </Screen>
        )}
        {page.at === 'open' && <Open opened={page.opened} digits={page.digits} />}
        {page.at === 'answered' && <End title={t.answeredTitle} text={t.answered} kind="success" />}
        {page.at === 'done' && (
          <Screen title={t.doneTitle} app={t.name} width="narrow">
            <ReturnLink to={page.returnUrl} />
          </Screen>
        )}
        {page.at === 'over' && (
          <Screen title={t.overTitle} app={t.name} width="narrow">
            <Notice kind="warning">
              <p>{t.over}</p>
            </Notice>
            <ReturnLink to={page.returnUrl} />
          </Screen>
        )}
        {page.at === 'other' && <End title={t.otherTitle} text={t.other} kind="warning" />}
        {page.at === 'gone' && <End title={t.goneTitle} text={t.gone} kind="warning" />}
        {page.at === 'offline' && (
          <Screen title={t.offlineTitle} app={t.name} width="narrow">
            <Notice kind="information">
              <p>{t.offline}</p>
            </Notice>
            <Button onPress={again}>{t.again}</Button>
          </Screen>
        )}
      </div>
    </Layout>
  )
}

function Open({ opened, digits }: { readonly opened: Opened; readonly digits: readonly string[] }) {
  const t = useTexts(ask)
  const language = useLanguage()
  const clock = useClock()
  const [begun] = useState(clock)
  const { name, purpose, expiresAt } = opened
  return (
    <Screen title={t.title} app={t.name}>
      <p>{t.asks(name[language], purpose[language])}</p>
      <Countdown until={expiresAt} total={Math.max(1, expiresAt - begun)} />
      <TwoColumns left={<Here {...opened} />} right={<Elsewhere link={opened.elsewhere} digits={digits} />} />
    </Screen>
  )
}

function Here({ here, walletPage }: Opened) {
  const t = useTexts(ask)
  return (
    <Section title={t.hereTitle}>
      <a className="button button-primary button-large ask-link" href={walletPage ?? here}>
        {t.here}
      </a>
      {walletPage !== null && (
        <a className="button button-secondary button-large ask-link" href={here}>
          {t.hereApp}
        </a>
      )}
    </Section>
  )
}

function Elsewhere({ link, digits }: { readonly link: string; readonly digits: readonly string[] }) {
  const t = useTexts(ask)
  const [only] = digits
  return (
    <Section title={t.elsewhereTitle}>
      {digits.length > 1 && (
        <Notice kind="danger" title={t.manyTitle}>
          <p>{t.many}</p>
        </Notice>
      )}
      {digits.length === 1 && only !== undefined && (
        <div className="ask-digits" aria-live="polite">
          <h3>{t.digitsTitle}</h3>
          <DigitDisplay label={t.digits} digits={only} size="huge" />
          <p>{t.digitsHow}</p>
        </div>
      )}
      {digits.length === 0 && (
        <>
          <p>{t.elsewhere}</p>
          <div className="ask-code">
            <QrCode text={link} label={t.code} />
          </div>
        </>
      )}
      <p>{t.warning}</p>
    </Section>
  )
}

function ReturnLink({ to }: { readonly to: string }) {
  const t = useTexts(ask)
  return (
    <a className="button button-primary button-large ask-link" href={to}>
      {t.back}
    </a>
  )
}

interface EndProps {
  readonly title: string
  readonly text: string
  readonly kind: 'success' | 'warning'
}

function End({ title, text, kind }: EndProps) {
  const t = useTexts(ask)
  return (
    <Screen title={title} app={t.name} width="narrow">
      <Notice kind={kind}>
        <p>{text}</p>
      </Notice>
    </Screen>
  )
}

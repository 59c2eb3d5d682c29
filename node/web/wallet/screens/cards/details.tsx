/** One card: its face, what it contains, how it is kept, and deleting it. */
import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { isPersonalNumber, labelOf, maskedNumber, valueText } from '../../../kit/claims/claim-text.ts'
import { claims as claimTexts } from '../../../kit/claims/messages.ts'
import { useNow } from '../../../kit/clock.tsx'
import { day, exactTime } from '../../../kit/format.ts'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Await } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { Link, useRoute } from '../../../kit/router.tsx'
import { StatusBadge } from '../../../kit/status-badge.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { AskedAct } from '../../asked-act.tsx'
import type { Card } from '../../core/wallet.ts'
import { cards as texts } from '../../messages/cards.ts'
import { wallet as frame } from '../../messages/wallet.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { statusOf } from '../../status-of.ts'
import { useAct } from '../../use-act.ts'
import { useStored, useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { Reminder } from '../renew/reminder.tsx'
import { CardFace, Looking, numberOf } from './card-face.tsx'

export function CardDetails({ id }: { readonly id: string }) {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const cards = useStored(wallet => wallet.cards())
  return (
    <Await of={cards} failed={error => <Problem error={error} />}>
      {all => {
        const card = all.find(each => each.id === id)
        if (card) return <Details card={card} />
        return (
          <Page title={t.gone}>
            <Link to={pathOf.cards}>{f.toCards}</Link>
          </Page>
        )
      }}
    </Await>
  )
}

function Details({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const c = useTexts(claimTexts)
  const language = useLanguage()
  const { go } = useRoute()
  const [revealed, setRevealed] = useState(false)
  return (
    <Page title={inLanguage(language, card.name)}>
      <CardFace card={card} revealed={revealed} />
      <Looking />
      <Actions>
        <Button onPress={() => go(pathOf.show)}>{t.show}</Button>
        {numberOf(card) !== '' && (
          <Button kind="secondary" onPress={() => setRevealed(!revealed)}>
            {revealed ? c.hide : c.reveal}
          </Button>
        )}
      </Actions>
      <Renewal card={card} />
      <Standing card={card} />
      <Section title={t.allClaims}>
        <Facts
          facts={card.claims.map(({ path, label, value }) => {
            const text = valueText(language, value, path)
            return [
              labelOf(language, label, path),
              isPersonalNumber(path) && !revealed ? maskedNumber(text) : text,
            ] as const
          })}
        />
      </Section>
      <Remove card={card} />
    </Page>
  )
}

function Standing({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const now = useNow(5)
  const issuer = (
    <>
      {card.organisation ?? card.issuer}
      <br />
      <span className="small">{card.organisation === null ? t.issuerNotProved : t.issuerProved}</span>
    </>
  )
  const facts = [
    [t.status, <StatusBadge key="status" status={statusOf(card, now)} />],
    [t.statusAt, card.status ? <RelativeTime key="at" time={card.status.at} /> : t.never],
    [t.issuer, issuer],
    [t.received, day(language, card.receivedAt)],
    [t.expires, day(language, card.expiresAt)],
    [t.key, t[card.keyLevel]],
  ] as const
  return (
    <Section>
      <Facts facts={facts} />
    </Section>
  )
}

/** At once for a temporary card, and for a card of an issuer whose rules this wallet does not know. */
function Renewal({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { wallet, changed, settings } = useWallet()
  const { go } = useRoute()
  const say = useToast()
  const act = useAct()
  if (!card.provisional && card.issuer === settings.authority) return <Reminder card={card} />
  if (!card.provisional && !card.renewable) return null
  const renew = () =>
    act.run(async () => {
      const next = await wallet.renew(card.id, await wallet.touch())
      changed()
      say(t.renewed)
      go(pathOf.card(next.id), 'replace')
    })
  return (
    <>
      {card.provisional && (
        <Notice kind="warning" title={t.provisional(exactTime(language, card.expiresAt))}>
          <p>{t.provisionalHow}</p>
        </Notice>
      )}
      {act.error !== null && <Problem error={act.error} />}
      {card.renewable && (
        <Actions>
          <Button isPending={act.isPending} onPress={renew}>
            {card.provisional ? t.exchange : t.renew}
          </Button>
        </Actions>
      )}
    </>
  )
}

function Remove({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const { go } = useRoute()
  const say = useToast()
  const remove = async () => {
    await wallet.removeCard(card.id)
    changed()
    say(t.removed)
    go(pathOf.cards, 'replace')
  }
  const words = { button: t.remove, title: t.removeTitle, how: t.removeHow, confirm: t.removeDo, keep: t.keep }
  return <AskedAct words={words} act={remove} />
}

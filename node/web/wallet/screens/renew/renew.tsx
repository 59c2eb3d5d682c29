/** The next card for one that expires or is outdated: whether it is possible here, the steps, and the new card. */
import { useEffect, useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useNow } from '../../../kit/clock.tsx'
import { day } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { Link, useRoute } from '../../../kit/router.tsx'
import { WalletError } from '../../core/errors.ts'
import { renewalObstacle } from '../../core/renewal.ts'
import type { Card } from '../../core/wallet.ts'
import { cards } from '../../messages/cards.ts'
import { renew as texts } from '../../messages/renew.ts'
import { wallet as frame } from '../../messages/wallet.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { CardFace, Looking } from '../cards/card-face.tsx'
import { Page } from '../page.tsx'
import { Obstacle } from './obstacle.tsx'
import { type ShownStep, Steps } from './steps.tsx'

/** What the authority says now; without a network, what it said the last time. */
interface Asked {
  readonly card: Card
  readonly isOffline: boolean
}

export function Renew({ id }: { readonly id: string }) {
  const c = useTexts(cards)
  const f = useTexts(frame)
  const { wallet } = useWallet()
  const [asked] = useLoad(async (): Promise<Asked | null> => {
    const card = (await wallet.cards()).find(each => each.id === id)
    if (!card) return null
    try {
      return { card: await wallet.askAbout(id), isOffline: false }
    } catch (error) {
      if (!(error instanceof WalletError)) throw error
      return { card, isOffline: error.code === 'WALLET_UNREACHABLE' }
    }
  }, [wallet, id])
  return (
    <Await of={asked} failed={error => <Problem error={error} />}>
      {found =>
        found ? (
          <Renewal {...found} />
        ) : (
          <Page title={c.gone}>
            <Link to={pathOf.cards}>{f.toCards}</Link>
          </Page>
        )
      }
    </Await>
  )
}

function Renewal({ card, isOffline }: Asked) {
  const t = useTexts(texts)
  const now = useNow(5)
  const [renewed, setRenewed] = useState<Card | null>(null)
  if (renewed) return <Renewed card={renewed} />
  const obstacle = renewalObstacle(card, now)
  return (
    <Page title={t.title} isAct={obstacle === null}>
      {isOffline && (
        <Notice kind="warning" title={t.offline}>
          <p>{t.offlineHow}</p>
        </Notice>
      )}
      {obstacle === null ? <Press card={card} onCard={setRenewed} /> : <Obstacle card={card} obstacle={obstacle} />}
    </Page>
  )
}

function Press({ card, onCard }: { readonly card: Card; readonly onCard: (card: Card) => void }) {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const language = useLanguage()
  const { wallet } = useWallet()
  const { go } = useRoute()
  const act = useAct()
  const [step, setStep] = useState<ShownStep>('asking')
  const [isWaiting, setWaiting] = useState(false)
  const renew = () =>
    act.run(async () => {
      const touch = await wallet.touch()
      const onStep = (next: ShownStep | 'waiting') => {
        setWaiting(next === 'waiting')
        if (next !== 'waiting') setStep(next)
      }
      onCard(await wallet.renew(card.id, touch, { onStep }))
    })
  return (
    <>
      <Section>
        <p>
          <strong>{t.until(day(language, card.expiresAt))}</strong>
        </p>
        <p>{card.told?.outdated ? t.whyOutdated : t.why}</p>
        <p>{t.staysUntil}</p>
      </Section>
      {act.isPending && <Steps step={step} />}
      {act.isPending && isWaiting && (
        <Notice title={t.waitingTitle}>
          <p>{t.waitingHow}</p>
        </Notice>
      )}
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        <Button size="large" isPending={act.isPending} onPress={renew}>
          {t.press}
        </Button>
        {!act.isPending && (
          <Button kind="secondary" onPress={() => go(pathOf.cards)}>
            {f.toCards}
          </Button>
        )}
      </Actions>
    </>
  )
}

function Renewed({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const language = useLanguage()
  const { changed } = useWallet()
  const { go } = useRoute()
  // The old card is gone, so the other screens read again what is stored.
  useEffect(changed, [changed])
  return (
    <Page title={t.doneTitle}>
      <CardFace card={card} />
      <Looking />
      <Section>
        <p>{t.doneHow(day(language, card.expiresAt))}</p>
      </Section>
      <Actions>
        <Button size="large" onPress={() => go(pathOf.cards, 'replace')}>
          {f.toCards}
        </Button>
      </Actions>
    </Page>
  )
}

/** The touch, and the waiting. With a clerk, before it the two digits that the clerk's screen shows too. */
import { useEffect, useRef, useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { DigitDisplay } from '../../../kit/digit-display.tsx'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { Redemption } from '../../core/offer.ts'
import type { Card } from '../../core/wallet.ts'
import { receive as texts } from '../../messages/receive.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

export interface DigitsProps {
  readonly redemption: Redemption
  readonly onCard: (card: Card) => void
}

export function Digits({ redemption, onCard }: DigitsProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { wallet } = useWallet()
  const { digits } = redemption
  const { go } = useRoute()
  const act = useAct()
  const [isWaiting, setWaiting] = useState(false)
  const ending = useRef<AbortController | null>(null)
  useEffect(() => () => ending.current?.abort(), [])
  const take = () =>
    act.run(async () => {
      const touch = await wallet.touch()
      const controller = new AbortController()
      ending.current = controller
      const options = { signal: controller.signal, onWaiting: () => setWaiting(true) }
      try {
        const card = await wallet.receive(touch, options)
        onCard(card)
      } catch (error) {
        // The person left the screen.
        if (!controller.signal.aborted) throw error
      } finally {
        setWaiting(false)
      }
    })
  const stop = async () => {
    ending.current?.abort()
    await wallet.abandonRedemption().catch(() => undefined)
    go(pathOf.cards, 'replace')
  }
  return (
    <Page title={digits === null ? t.readyTitle : t.digitsTitle} isAct>
      <Section>
        {digits !== null && <DigitDisplay label={t.digits} digits={digits} size="huge" />}
        <p>{digits === null ? t.readyHow(inLanguage(language, redemption.card.name)) : t.digitsHow}</p>
      </Section>
      {act.isPending && (
        <Notice title={isWaiting && digits !== null ? t.waiting : t.receiving}>
          <p>{digits === null ? t.receivingHow : t.waitingHow}</p>
        </Notice>
      )}
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        <Button size="large" isPending={act.isPending} onPress={take}>
          {t.touch}
        </Button>
        <Button kind="secondary" onPress={() => void stop()}>
          {t.stop}
        </Button>
      </Actions>
    </Page>
  )
}

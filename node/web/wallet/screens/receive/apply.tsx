/** The cards of the wallet's own authority, for a holder without an offer. */
import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Link } from '../../../kit/router.tsx'
import type { Offer } from '../../core/offer.ts'
import { receive as texts } from '../../messages/receive.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { Steps } from './steps.tsx'

export function Apply() {
  const t = useTexts(texts)
  const { wallet, settings } = useWallet()
  const [cards, again] = useLoad(() => wallet.cardsOf(settings.authority), [wallet, settings])
  return (
    <Await
      of={cards}
      failed={error => (
        <Page title={t.applyTitle}>
          <Problem error={error} onRetry={again} />
          <Link to={pathOf.receive}>{t.openCamera}</Link>
        </Page>
      )}
    >
      {offers => <Choice offers={offers} onCheckAgain={again} />}
    </Await>
  )
}

interface ChoiceProps {
  readonly offers: readonly Offer[]
  readonly onCheckAgain: () => void
}

function Choice({ offers, onCheckAgain }: ChoiceProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  // By its place: after another look at the ledger the offers are new ones.
  const [chosen, setChosen] = useState<number | null>(null)
  const offer = chosen === null ? undefined : offers[chosen]
  if (offer) return <Steps first={{ name: 'offer', offer }} onCheckAgain={onCheckAgain} />
  return (
    <Page title={t.applyTitle}>
      <p>{t.applyHow}</p>
      {offers.map(({ card }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an issuer may have two cards of one type
        <Section key={index} title={inLanguage(language, card.name)}>
          {card.description && <p>{inLanguage(language, card.description)}</p>}
          <Actions>
            <Button kind="secondary" onPress={() => setChosen(index)}>
              {t.apply(inLanguage(language, card.name))}
            </Button>
          </Actions>
        </Section>
      ))}
    </Page>
  )
}

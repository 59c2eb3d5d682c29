/** The first screen: the holder's cards, or how to get one. */
import { Actions, Button } from '../../../kit/button.tsx'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Await } from '../../../kit/load.tsx'
import { Link, useRoute } from '../../../kit/router.tsx'
import type { Card } from '../../core/wallet.ts'
import { cards as texts } from '../../messages/cards.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useStored } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { Reminder } from '../renew/reminder.tsx'
import { CardFace, Looking } from './card-face.tsx'

export function Cards() {
  const cards = useStored(wallet => wallet.cards())
  return (
    <Await of={cards} failed={error => <Problem error={error} />}>
      {all => (all.length === 0 ? <NoCards /> : <MyCards cards={all} />)}
    </Await>
  )
}

function NoCards() {
  const t = useTexts(texts)
  const { go } = useRoute()
  return (
    <Page title={t.none}>
      <Section title={t.howTo}>
        <ol className="steps">
          <li>{t.goToCentre}</li>
          <li>{t.takePhone}</li>
          <li>{t.scanOffer}</li>
        </ol>
        <Actions>
          <Button size="large" onPress={() => go(pathOf.receive)}>
            {t.get}
          </Button>
        </Actions>
      </Section>
      <p>{t.noAccount}</p>
    </Page>
  )
}

function MyCards({ cards }: { readonly cards: readonly Card[] }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { go } = useRoute()
  return (
    <Page title={t.title}>
      <ul className="card-list">
        {cards.map(card => (
          <li key={card.id} className="card-item">
            <CardFace card={card} />
            <Looking />
            <Reminder card={card} />
            <Link to={pathOf.card(card.id)} className="card-more">
              {t.detailsOf(inLanguage(language, card.name))}
            </Link>
          </li>
        ))}
      </ul>
      <div className="main-act">
        <Button size="large" onPress={() => go(pathOf.show)}>
          {t.show}
        </Button>
      </div>
      <Actions>
        <Button kind="secondary" onPress={() => go(pathOf.receive)}>
          {t.getAnother}
        </Button>
      </Actions>
    </Page>
  )
}

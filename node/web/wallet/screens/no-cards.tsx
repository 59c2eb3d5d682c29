import { useTexts } from '../../kit/language.tsx'
import { Screen, Section } from '../../kit/layout.tsx'
import { wallet } from '../messages/wallet.ts'

/** What a person sees who has no card yet: how they get one. */
export function NoCards() {
  const t = useTexts(wallet)
  return (
    <Screen title={t.noCards} app={t.name} width="narrow">
      <Section title={t.howTo}>
        <ol className="steps">
          <li>{t.goToCentre}</li>
          <li>{t.takePhone}</li>
          <li>{t.scanOffer}</li>
        </ol>
      </Section>
      <p>{t.noAccount}</p>
    </Screen>
  )
}

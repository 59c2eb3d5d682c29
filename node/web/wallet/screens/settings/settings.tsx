import { Checkbox, RadioGroup } from '../../../kit/choices.tsx'
import { type Language, useLanguageChoice, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { Link } from '../../../kit/router.tsx'
import type { Knowledge } from '../../core/wallet.ts'
import { cards } from '../../messages/cards.ts'
import { settings as texts } from '../../messages/settings.ts'
import { pathOf } from '../../paths.ts'
import { usePreferences } from '../../preferences.tsx'
import { useStored, useWallet } from '../../wallet-context.tsx'
import { HelpLine } from '../help-line.tsx'
import { Page } from '../page.tsx'

export function Settings() {
  const t = useTexts(texts)
  const { language, choose } = useLanguageChoice()
  const { largeSquares, setLargeSquares } = usePreferences()
  return (
    <Page title={t.title}>
      <Section title={t.safety}>
        <Link to={pathOf.prepare}>{t.prepare}</Link>
        <Link to={pathOf.lock}>{t.lock}</Link>
        <HelpLine />
      </Section>
      <Section>
        <RadioGroup<Language>
          label={t.language}
          options={[
            { value: 'ko', label: t.korean },
            { value: 'en', label: t.english },
          ]}
          value={language}
          onChange={choose}
        />
      </Section>
      <Section title={t.code}>
        <Checkbox label={t.larger} detail={t.largerHow} isSelected={largeSquares} onChange={setLargeSquares} />
      </Section>
      <Facets />
      <Section title={t.data}>
        <Link to={pathOf.export}>{t.export}</Link>
        <Link to={pathOf.erase}>{t.erase}</Link>
      </Section>
    </Page>
  )
}

function Facets() {
  const t = useTexts(texts)
  const c = useTexts(cards)
  const { settings, knowledge } = useWallet()
  const stored = useStored(wallet => wallet.protection())
  const protection = stored.state === 'ready' ? stored.value : null
  return (
    <Section title={t.about}>
      <Facts
        facts={[
          [t.authority, new URL(settings.authority).host],
          [t.ledger, <Ledger key="ledger" knowledge={knowledge} />],
          [t.keys, protection ? c[protection.level] : t.notSetUp],
          ...(protection ? [[t.persistent, protection.persistent ? t.isPersistent : t.isNotPersistent] as const] : []),
        ]}
      />
    </Section>
  )
}

function Ledger({ knowledge }: { readonly knowledge: Knowledge | null }) {
  const t = useTexts(texts)
  const ledger = knowledge?.ledger
  if (ledger?.state === 'no_seals') return t.ledgerNoSeals
  if (ledger?.state !== 'proved') return t.ledgerNone
  return (
    <>
      {t.ledgerAt(ledger.block)} <RelativeTime time={ledger.time} />
    </>
  )
}

/** Who offers which card, and what the ledger says of them. */
import { Actions, Button } from '../../../kit/button.tsx'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { IssuerStanding, Offer } from '../../core/offer.ts'
import { receive as texts } from '../../messages/receive.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { OtherWallet } from '../other-wallet.tsx'
import { Page } from '../page.tsx'

export interface OfferFactsProps {
  readonly offer: Offer
  readonly onCheckAgain: () => void
  readonly onNext: () => Promise<void>
}

export function OfferFacts({ offer, onCheckAgain, onNext }: OfferFactsProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { go } = useRoute()
  const act = useAct()
  const { issuer, card } = offer
  const { standing } = issuer
  const name = standing.state === 'accredited' ? standing.organisation.name : issuer.name
  const shown = name === null ? new URL(issuer.url).host : typeof name === 'string' ? name : inLanguage(language, name)
  return (
    <Page title={t.offerTitle}>
      <Section>
        <Facts
          facts={[
            [t.which, <strong key="card">{inLanguage(language, card.name)}</strong>],
            [t.who, shown],
            [t.itsAddress, new URL(issuer.url).host],
          ]}
        />
        {card.description && <p>{inLanguage(language, card.description)}</p>}
      </Section>
      <Standing standing={standing} />
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        {mayContinue(standing) ? (
          <Button size="large" isPending={act.isPending} onPress={() => act.run(onNext)}>
            {t.next}
          </Button>
        ) : (
          standing.state === 'unknown' && (
            <Button size="large" onPress={onCheckAgain}>
              {t.retry}
            </Button>
          )
        )}
        <Button kind="secondary" onPress={() => go(pathOf.cards, 'replace')}>
          {t.stop}
        </Button>
      </Actions>
      <OtherWallet />
    </Page>
  )
}

/** A ledger without seals proves nothing for anybody: it is for development, and the page says so. */
const mayContinue = (standing: IssuerStanding): boolean =>
  standing.state === 'accredited' || (standing.state === 'unknown' && standing.reason === 'no_seals')

function Standing({ standing }: { readonly standing: IssuerStanding }) {
  const t = useTexts(texts)
  switch (standing.state) {
    case 'accredited':
      return (
        <Notice kind="success" title={t.accredited}>
          <p>{t.accreditedHow(standing.organisation.name)}</p>
        </Notice>
      )
    case 'not_accredited':
      return (
        <Notice kind="danger" title={t.notAccredited}>
          <p>{t[standing.reason]}</p>
        </Notice>
      )
    case 'unknown':
      return (
        <Notice kind={standing.reason === 'no_seals' ? 'warning' : 'information'} title={t.notProved}>
          <p>{t[standing.reason]}</p>
        </Notice>
      )
  }
}

/** Before the page is left for the issuer's. */
import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { Offer } from '../../core/offer.ts'
import { receive as texts } from '../../messages/receive.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

export function SignIn({ offer }: { readonly offer: Offer }) {
  const t = useTexts(texts)
  const { wallet } = useWallet()
  const { go } = useRoute()
  const act = useAct()
  return (
    <Page title={t.signInTitle}>
      <Section>
        <p>{t.signInHow}</p>
        {offer.signIn && <Facts facts={[[t.signInAddress, <strong key="host">{offer.signIn.host}</strong>]]} />}
        <p>{t.signInBack}</p>
      </Section>
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        <Button
          size="large"
          isPending={act.isPending}
          onPress={() => act.run(async () => location.assign(await wallet.authorize(offer)))}
        >
          {t.signIn}
        </Button>
        <Button kind="secondary" onPress={() => go(pathOf.cards, 'replace')}>
          {t.stop}
        </Button>
      </Actions>
    </Page>
  )
}

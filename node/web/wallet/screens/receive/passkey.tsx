import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { receive as texts } from '../../messages/receive.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

/** Once for each phone. */
export function Passkey({ onDone }: { readonly onDone: () => void }) {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const act = useAct()
  const make = () =>
    act.run(async () => {
      await wallet.setUp()
      changed()
      onDone()
    })
  return (
    <Page title={t.passkeyTitle}>
      <Section>
        <p>{t.passkeyHow}</p>
        {act.error !== null && <Problem error={act.error} />}
        <Actions>
          <Button size="large" isPending={act.isPending} onPress={make}>
            {t.makePasskey}
          </Button>
        </Actions>
      </Section>
    </Page>
  )
}

import './lock.css'
import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { Link } from '../../../kit/router.tsx'
import { settings as texts } from '../../messages/settings.ts'
import { wallet as frame } from '../../messages/wallet.ts'
import { pathOf } from '../../paths.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { lockAddress } from './lock-address.ts'

/** What to do when the phone is gone. To be read, and printed, while it is still there. */
export function Lock() {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const { helpLine } = useWallet().settings
  return (
    <Page title={t.lockTitle}>
      <Section>
        <p className="lock-label">{f.helpLine}</p>
        <p className="lock-number">{helpLine}</p>
        <a className="button button-primary button-large" href={`tel:${helpLine.replace(/[^\d+]/g, '')}`}>
          {t.call}
        </a>
      </Section>
      <Section title={t.lockSteps}>
        <p>{t.lockPage}</p>
        <p className="lock-address">{lockAddress()}</p>
        <ol className="steps">
          <li>{t.lock1}</li>
          <li>{t.lock2}</li>
          <li>{t.lock3}</li>
          <li>{t.lock4}</li>
        </ol>
      </Section>
      <Link to={pathOf.prepare}>{t.prepare}</Link>
      <Notice>
        <p>{t.lockSafe}</p>
      </Notice>
      <Actions>
        <Button kind="secondary" onPress={() => print()}>
          {t.print}
        </Button>
      </Actions>
    </Page>
  )
}

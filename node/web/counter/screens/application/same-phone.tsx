import { Actions, Button } from '../../../kit/button.tsx'
import { DigitDisplay } from '../../../kit/digit-display.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import type { Redemption } from '../../flow/application.ts'
import { handout as texts } from '../../messages/handout.ts'
import type { StepProps } from './step-props.ts'

/**
 * Nothing is signed before the answer. A wallet that shows the two digits is compared by them; another one is tied to the
 * applicant by the transaction code alone, and the page says so.
 */
export function SamePhone({ flow, acts, redemption }: StepProps & { readonly redemption: Redemption }) {
  const t = useTexts(texts)
  const { walletName, walletVerified, digits, showsDigits } = redemption
  return (
    <Section>
      <div role="alert" className="same">
        <p className="same-label">{t['same.wallet']}</p>
        <p className="same-wallet">{walletName ?? t['same.walletUnknown']}</p>
        {!walletVerified && <p className="hint same-unverified">{t['same.unverified']}</p>}
        {showsDigits && (
          <>
            <p className="same-label">{t['same.digits']}</p>
            <DigitDisplay label={t['same.digits']} digits={digits} size="huge" />
          </>
        )}
      </div>
      <p>{showsDigits ? t['same.digitsHow'] : t['same.codeHow']}</p>
      <Actions>
        <Button size="large" isPending={flow.doing === 'same-phone'} onPress={acts.confirmPhone}>
          {t['same.press']}
        </Button>
        <Button size="large" kind="danger" isPending={flow.doing === 'stop'} onPress={acts.stopPhone}>
          {t['same.stop']}
        </Button>
      </Actions>
      <p className="hint">{t['same.stopHint']}</p>
    </Section>
  )
}

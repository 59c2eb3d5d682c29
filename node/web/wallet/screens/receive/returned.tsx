/** The browser is back from the issuer's page. */
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { Link } from '../../../kit/router.tsx'
import { WalletError } from '../../core/errors.ts'
import { receive as texts } from '../../messages/receive.ts'
import { useOpenLink } from '../../open-link.tsx'
import { pathOf } from '../../paths.ts'
import { Problem, problemText } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { Unfinished } from './offer.tsx'
import { Steps } from './steps.tsx'

export function Returned() {
  const { opened } = useOpenLink()
  if (opened?.kind !== 'returned') return <Unfinished />
  return <Finish address={opened.address} />
}

function Finish({ address }: { readonly address: string }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { wallet } = useWallet()
  const [redemption, again] = useLoad(() => wallet.finishAuthorization(address), [wallet, address])
  return (
    <Await
      of={redemption}
      failed={error => (
        <Page title={t.notApplied}>
          {isDeclined(error) ? (
            <Notice>
              <p>{problemText(language, error)}</p>
            </Notice>
          ) : (
            <Problem error={error} onRetry={mayTryAgain(error) ? again : undefined} />
          )}
          <Link to={pathOf.receive}>{t.beginAgain}</Link>
        </Page>
      )}
    >
      {redeemed => <Steps first={{ name: 'digits', redemption: redeemed }} />}
    </Await>
  )
}

/** Nothing went wrong: the holder cancelled, or has to apply in person. */
const isDeclined = (error: unknown): boolean =>
  error instanceof WalletError && error.detail.code === 'WALLET_RETURN_REFUSED' && error.detail.reason === 'declined'

/** The issuer gave no answer, or the device's clock was wrong: what it was sent may still be good. */
const mayTryAgain = (error: unknown): boolean =>
  error instanceof WalletError &&
  ['WALLET_UNREACHABLE', 'WALLET_ANSWER_INVALID', 'WALLET_BUSY', 'WALLET_CLOCK', 'WALLET_STORAGE'].includes(error.code)

/** An offer that a link or a QR code contains, or what is left of one. */
import { useTexts } from '../../../kit/language.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Link } from '../../../kit/router.tsx'
import { receive as texts } from '../../messages/receive.ts'
import { useOpenLink } from '../../open-link.tsx'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { Steps } from './steps.tsx'

export function Offer() {
  const { opened } = useOpenLink()
  if (opened?.kind !== 'offer') return <Unfinished />
  return <OpenOffer key={opened.link} text={opened.link} />
}

/** The phone may have closed the page after the code was used. */
export function Unfinished() {
  const { wallet } = useWallet()
  const [pending] = useLoad(() => wallet.pendingRedemption(), [wallet])
  return (
    <Await of={pending} failed={error => <Problem error={error} />}>
      {redemption => (redemption === null ? <NoOffer /> : <Steps first={{ name: 'digits', redemption }} />)}
    </Await>
  )
}

function OpenOffer({ text }: { readonly text: string }) {
  const t = useTexts(texts)
  const { wallet } = useWallet()
  const [offer, again] = useLoad(() => wallet.openOffer(text), [wallet, text])
  return (
    <Await
      of={offer}
      failed={error => (
        <Page title={t.title}>
          <Problem error={error} onRetry={again} />
          <Link to={pathOf.receive}>{t.openCamera}</Link>
        </Page>
      )}
    >
      {offered => <Steps first={{ name: 'offer', offer: offered }} onCheckAgain={again} />}
    </Await>
  )
}

function NoOffer() {
  const t = useTexts(texts)
  return (
    <Page title={t.noOffer}>
      <p>{t.noOfferHow}</p>
      <Link to={pathOf.receive}>{t.openCamera}</Link>
    </Page>
  )
}

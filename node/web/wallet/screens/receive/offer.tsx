/**
 * From the offer to the card, one step after the other: who offers which card, the passkey if there is none yet, the
 * transaction code, the two digits, the touch, and the card. The passkey comes before the code: a code works once, and a
 * phone without a passkey must not use it up.
 */
import { useState } from 'react'
import { useTexts } from '../../../kit/language.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Link } from '../../../kit/router.tsx'
import type { Card, Offer as CardOffer, Redemption } from '../../core/wallet.ts'
import { receive as texts } from '../../messages/receive.ts'
import { useOpenLink } from '../../open-link.tsx'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { Digits } from './digits.tsx'
import { Done } from './done.tsx'
import { OfferFacts } from './offer-facts.tsx'
import { Passkey } from './passkey.tsx'
import { TransactionCode } from './transaction-code.tsx'

export function Offer() {
  const { opened } = useOpenLink()
  if (opened?.kind !== 'offer') return <Unfinished />
  return <OpenOffer key={opened.link} text={opened.link} />
}

/** The phone may have closed the page after the code was used. */
function Unfinished() {
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

type Step =
  | { readonly name: 'offer' | 'passkey' | 'code'; readonly offer: CardOffer }
  | { readonly name: 'digits'; readonly redemption: Redemption }
  | { readonly name: 'done'; readonly card: Card }

interface StepsProps {
  readonly first: Step
  readonly onCheckAgain?: () => void
}

function Steps({ first, onCheckAgain = () => undefined }: StepsProps) {
  const { wallet, changed } = useWallet()
  const [step, setStep] = useState(first)
  switch (step.name) {
    case 'offer':
      return (
        <OfferFacts
          offer={step.offer}
          onCheckAgain={onCheckAgain}
          onNext={async () => {
            const isSetUp = (await wallet.protection()) !== null
            setStep({ name: isSetUp ? 'code' : 'passkey', offer: step.offer })
          }}
        />
      )
    case 'passkey':
      return <Passkey onDone={() => setStep({ name: 'code', offer: step.offer })} />
    case 'code':
      return <TransactionCode offer={step.offer} onRedeemed={redemption => setStep({ name: 'digits', redemption })} />
    case 'digits':
      return (
        <Digits
          redemption={step.redemption}
          onCard={card => {
            changed()
            setStep({ name: 'done', card })
          }}
        />
      )
    case 'done':
      return <Done card={step.card} />
  }
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

/**
 * From the offer to the card, one step after the other: who offers which card, the passkey if there is none yet, the
 * transaction code and the two digits or else the issuer's page, the touch, and the card. The passkey comes before the code: a
 * code works once, and a phone without a passkey must not use it up.
 */
import { useState } from 'react'
import type { Offer, Redemption } from '../../core/offer.ts'
import type { Card } from '../../core/wallet.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Digits } from './digits.tsx'
import { Done } from './done.tsx'
import { OfferFacts } from './offer-facts.tsx'
import { Passkey } from './passkey.tsx'
import { SignIn } from './sign-in.tsx'
import { TransactionCode } from './transaction-code.tsx'

type Step =
  | { readonly name: 'offer' | 'passkey' | 'code' | 'sign-in'; readonly offer: Offer }
  | { readonly name: 'digits'; readonly redemption: Redemption }
  | { readonly name: 'done'; readonly card: Card }

export interface StepsProps {
  readonly first: Step
  readonly onCheckAgain?: () => void
}

export function Steps({ first, onCheckAgain = () => undefined }: StepsProps) {
  const { wallet, changed } = useWallet()
  const [step, setStep] = useState(first)
  const afterPasskey = (offer: Offer): Step => ({ name: offer.signIn === null ? 'code' : 'sign-in', offer })
  switch (step.name) {
    case 'offer': {
      // After another look at the ledger it is a new one.
      const offer = first.name === 'offer' ? first.offer : step.offer
      return (
        <OfferFacts
          offer={offer}
          onCheckAgain={onCheckAgain}
          onNext={async () => {
            const isSetUp = (await wallet.protection()) !== null
            setStep(isSetUp ? afterPasskey(offer) : { name: 'passkey', offer })
          }}
        />
      )
    }
    case 'passkey':
      return <Passkey onDone={() => setStep(afterPasskey(step.offer))} />
    case 'code':
      return <TransactionCode offer={step.offer} onRedeemed={redemption => setStep({ name: 'digits', redemption })} />
    case 'sign-in':
      return <SignIn offer={step.offer} />
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

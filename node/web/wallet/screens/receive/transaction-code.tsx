import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import type { Offer, Redemption } from '../../core/offer.ts'
import { receive as texts } from '../../messages/receive.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import { CodeField } from './code-field.tsx'

export interface TransactionCodeProps {
  readonly offer: Offer
  readonly onRedeemed: (redemption: Redemption) => void
}

/** The code that came by another way than the offer: on a slip, or in a message. */
export function TransactionCode({ offer, onRedeemed }: TransactionCodeProps) {
  const t = useTexts(texts)
  const { wallet } = useWallet()
  const act = useAct()
  const [code, setCode] = useState('')
  const [fault, setFault] = useState<string | undefined>(undefined)
  const { txCode } = offer
  const length = txCode?.length ?? null
  const submit = () => {
    if (txCode && code === '') return setFault(t.codeEmpty)
    if (length !== null && code.length !== length) return setFault(t.codeShort(length))
    act.run(async () => onRedeemed(await wallet.redeem(offer, txCode ? code : undefined)))
  }
  const change = (text: string) => {
    setCode(text)
    setFault(undefined)
    act.forget()
  }
  return (
    <Page title={txCode ? t.codeTitle : t.title}>
      <form
        className="form"
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        {txCode && (
          <Section>
            <CodeField
              label={length === null ? t.code : t.codeOf(length)}
              description={t.codeHow}
              error={fault}
              length={length}
              isNumeric={txCode.numeric}
              value={code}
              onChange={change}
            />
          </Section>
        )}
        {!txCode && <p>{t.noCodeHow}</p>}
        {act.error !== null && <Problem error={act.error} />}
        <Actions>
          <Button type="submit" size="large" isPending={act.isPending}>
            {txCode ? t.redeem : t.redeemNoCode}
          </Button>
        </Actions>
      </form>
    </Page>
  )
}

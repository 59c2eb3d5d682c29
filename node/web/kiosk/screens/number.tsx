import { type FormEvent, useState } from 'react'
import { CARD_ACCESS_NUMBER } from '../../../chip/reader/desk-api.ts'
import { Button } from '../../kit/button.tsx'
import { TextField } from '../../kit/fields.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import type { NumberFault } from '../core/flow.ts'
import { kiosk } from '../messages/kiosk.ts'

export interface NumberStepProps {
  readonly fault: NumberFault | null
  readonly onNumber: (number: string) => void
}

export function NumberStep({ fault, onNumber }: NumberStepProps) {
  const t = useTexts(kiosk)
  const [number, setNumber] = useState('')
  const [isIncomplete, setIncomplete] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (CARD_ACCESS_NUMBER.test(number)) onNumber(number)
    else setIncomplete(true)
  }
  return (
    <Screen title={t.numberTitle} app={t.name} width="narrow">
      {fault?.kind === 'wrong-number' && (
        <Notice kind="warning" title={t.wrongTitle}>
          <p>{t.wrong(fault.left)}</p>
        </Notice>
      )}
      {fault !== null && fault.kind !== 'wrong-number' && (
        <Notice kind="warning" title={t[`${fault.kind}Title`]}>
          <p>{t[fault.kind]}</p>
        </Notice>
      )}
      <form className="form" onSubmit={submit}>
        <TextField
          label={t.number}
          description={t.numberHow}
          value={number}
          onChange={typed => {
            setNumber(typed.replace(/\D/g, '').slice(0, 6))
            setIncomplete(false)
          }}
          inputMode="numeric"
          autoComplete="off"
          error={isIncomplete ? t.numberNeeded : undefined}
        />
        <Button type="submit" size="large">
          {t.read}
        </Button>
      </form>
    </Screen>
  )
}

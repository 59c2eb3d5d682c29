import { useState } from 'react'
import { Dialog } from '../../../kit/dialog.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { propose } from '../../api/administration.ts'
import { operators } from '../../messages/operators.ts'
import { proposals } from '../../messages/proposals.ts'
import { useApi } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { ProposeActions, ReasonField } from './proposal-form.tsx'

const NUMBER = /^[1-9]\d{0,5}$|^1000000$/

/** Proposes a higher limit of revocations in a day. */
export function RaiseLimit({ onClose }: { readonly onClose: (isChanged: boolean) => void }) {
  const t = useTexts(proposals)
  const o = useTexts(operators)
  const api = useApi()
  const say = useToast()
  const { isPending, error, run } = useAct()
  const [perDay, setPerDay] = useState('')
  const [reason, setReason] = useState('')
  const [isChecked, setChecked] = useState(false)
  const isNumber = NUMBER.test(perDay.trim())
  const hasReason = reason.trim() !== ''
  const press = () => {
    setChecked(true)
    if (!isNumber || !hasReason) return
    return run(async () => {
      await propose(api, { kind: 'raise-revocation-limit', perDay: Number(perDay.trim()) }, reason.trim())
      say(o.proposedToast)
      onClose(true)
    })
  }
  return (
    <Dialog title={t.newLimit} isOpen onClose={() => onClose(false)}>
      <TextField
        label={t.perDay}
        inputMode="numeric"
        value={perDay}
        onChange={setPerDay}
        error={isChecked && !isNumber ? t.needNumber : undefined}
      />
      <ReasonField value={reason} onChange={setReason} error={isChecked && !hasReason ? o.needReason : undefined} />
      <ProposeActions isPending={isPending} error={error} onPropose={press} onCancel={() => onClose(false)} />
    </Dialog>
  )
}

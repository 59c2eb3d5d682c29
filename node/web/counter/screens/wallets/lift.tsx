import { useState } from 'react'
import { Checkbox } from '../../../kit/choices.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { propose, type WalletProvider } from '../../api/administration.ts'
import { operators } from '../../messages/operators.ts'
import { wallets as texts } from '../../messages/wallets.ts'
import { pathOf } from '../../paths.ts'
import { useApi } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { ProposeActions, ReasonField } from '../proposals/proposal-form.tsx'

interface Props {
  readonly provider: WalletProvider
  readonly onClose: () => void
}

/** Proposes to lift the stop of a provider. */
export function LiftStop({ provider: { id, stop }, onClose }: Props) {
  const t = useTexts(texts)
  const o = useTexts(operators)
  const api = useApi()
  const say = useToast()
  const { go } = useRoute()
  const { isPending, error, run } = useAct()
  const [reinstate, setReinstate] = useState(false)
  const [reason, setReason] = useState('')
  const [isChecked, setChecked] = useState(false)
  const hasReason = reason.trim() !== ''
  const press = () => {
    setChecked(true)
    if (!hasReason) return
    return run(async () => {
      await propose(api, { kind: 'lift-wallet-stop', provider: id, reinstate }, reason.trim())
      say(o.proposedToast)
      go(pathOf.proposals)
    })
  }
  return (
    <Dialog title={t.liftTitle(id)} isOpen onClose={onClose}>
      {stop?.state !== 'waiting' && (
        <Checkbox label={t.reinstate} detail={t.reinstateDetail} isSelected={reinstate} onChange={setReinstate} />
      )}
      <ReasonField value={reason} onChange={setReason} error={isChecked && !hasReason ? o.needReason : undefined} />
      <ProposeActions isPending={isPending} error={error} onPropose={press} onCancel={onClose} />
    </Dialog>
  )
}

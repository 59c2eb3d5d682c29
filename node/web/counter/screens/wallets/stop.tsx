/** Proposes to stop a wallet provider, or another time for its cards. Another operator confirms it. */
import { useState } from 'react'
import { RadioGroup } from '../../../kit/choices.tsx'
import { useNow } from '../../../kit/clock.tsx'
import { ErrorSummary, type FieldFault } from '../../../kit/error-summary.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { countWalletCards, propose } from '../../api/administration.ts'
import { counter } from '../../messages/counter.ts'
import { operators } from '../../messages/operators.ts'
import { wallets as texts } from '../../messages/wallets.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useApi } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { ProposeActions, ReasonField } from '../proposals/proposal-form.tsx'

const CHOICES = ['keep', 'at', 'now'] as const
type Choice = (typeof CHOICES)[number]

export function StopWallets({ provider }: { readonly provider: number }) {
  const t = useTexts(texts)
  const o = useTexts(operators)
  const { name } = useTexts(counter)
  const api = useApi()
  const say = useToast()
  const { go } = useRoute()
  const { isPending, error, run } = useAct()
  const now = useNow(30)
  const [cards, again] = useLoad(signal => countWalletCards(api, provider, signal), [api, provider])
  const [choice, setChoice] = useState<Choice | null>(null)
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [isChecked, setChecked] = useState(false)
  // What the field gives has no zone: it is that of this computer.
  const time = Math.floor(new Date(typed).getTime() / 1000)
  const find = (): FieldFault[] => [
    ...(choice === null ? [{ field: 'existing', text: t.needExisting }] : []),
    ...(choice === 'at' && !(time > now) ? [{ field: 'time', text: t.needTime }] : []),
    ...(reason.trim() === '' ? [{ field: 'reason', text: o.needReason }] : []),
  ]
  const faults = isChecked ? find() : []
  const faultOf = (field: string) => faults.find(fault => fault.field === field)?.text
  const press = () => {
    setChecked(true)
    if (find().length > 0 || choice === null) return
    const existing = choice === 'at' ? time : choice === 'now' ? 'at-once' : 'keep'
    return run(async () => {
      await propose(api, { kind: 'stop-wallet-provider', provider, existing }, reason.trim())
      say(o.proposedToast)
      go(pathOf.proposals)
    })
  }
  return (
    <Screen title={t.stopTitle(provider)} app={name} width="narrow">
      <Section>
        <Await of={cards} failed={failure => <Problem error={failure} onRetry={again} />}>
          {found => <p>{t.cardsNow(found)}</p>}
        </Await>
        <ErrorSummary faults={faults} />
        <div className="form">
          <RadioGroup
            id="existing"
            label={t.existing}
            options={CHOICES.map(value => ({ value, label: t[value], detail: t[`${value}Detail`] }))}
            value={choice}
            onChange={setChoice}
            error={faultOf('existing')}
          />
          {choice === 'at' && (
            <TextField
              id="time"
              type="datetime-local"
              label={t.time}
              description={t.timeDetail}
              value={typed}
              onChange={setTyped}
              error={faultOf('time')}
            />
          )}
          {choice !== null && choice !== 'keep' && (
            <Notice kind="danger" title={t.dangerTitle}>
              <p>{t.danger}</p>
            </Notice>
          )}
          <ReasonField value={reason} onChange={setReason} error={faultOf('reason')} />
        </div>
        <ProposeActions isPending={isPending} error={error} onPropose={press} onCancel={() => go(pathOf.wallets)} />
      </Section>
    </Screen>
  )
}

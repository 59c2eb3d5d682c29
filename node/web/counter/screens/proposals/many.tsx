/** Proposes the same change for many cards. Another operator confirms it. */
import { useState } from 'react'
import { RadioGroup } from '../../../kit/choices.tsx'
import { ErrorSummary, type FieldFault } from '../../../kit/error-summary.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { type Texts, useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { propose } from '../../api/administration.ts'
import type { CredentialStatus } from '../../api/answers.ts'
import { type CardNumbers, MAX_CARDS, parseCardNumbers } from '../../card-numbers.ts'
import { counter } from '../../messages/counter.ts'
import { many as texts } from '../../messages/many.ts'
import { operators } from '../../messages/operators.ts'
import { pathOf } from '../../paths.ts'
import { useApi } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { ProposeActions, ReasonField } from './proposal-form.tsx'

const ACTS: readonly CredentialStatus[] = ['SUSPENDED', 'VALID', 'INVALID']

export function ProposeMany() {
  const t = useTexts(texts)
  const o = useTexts(operators)
  const { name } = useTexts(counter)
  const api = useApi()
  const say = useToast()
  const { go } = useRoute()
  const { isPending, error, run } = useAct()
  const [to, setTo] = useState<CredentialStatus | null>(null)
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [isChecked, setChecked] = useState(false)
  const numbers = parseCardNumbers(typed)
  const numbersFault = faultIn(t, numbers)
  const find = (): FieldFault[] => [
    ...(to === null ? [{ field: 'act', text: t.needAct }] : []),
    ...(numbersFault === undefined ? [] : [{ field: 'cards', text: numbersFault }]),
    ...(reason.trim() === '' ? [{ field: 'reason', text: o.needReason }] : []),
  ]
  const faults = isChecked ? find() : []
  const faultOf = (field: string) => faults.find(fault => fault.field === field)?.text
  const press = () => {
    setChecked(true)
    if (find().length > 0 || to === null) return
    return run(async () => {
      await propose(api, { kind: 'status-many', credentials: numbers.ids, to }, reason.trim())
      say(o.proposedToast)
      go(pathOf.proposals)
    })
  }
  return (
    <Screen title={t.title} app={name} width="narrow">
      <Section>
        <ErrorSummary faults={faults} />
        <div className="form">
          <RadioGroup
            id="act"
            label={t.act}
            options={ACTS.map(value => ({ value, label: t[value], detail: t[`${value}Detail`] }))}
            value={to}
            onChange={setTo}
            error={faultOf('act')}
          />
          {to === 'INVALID' && (
            <Notice kind="danger" title={t.finalTitle}>
              <p>{t.final}</p>
            </Notice>
          )}
          <TextField
            id="cards"
            label={t.cards}
            description={t.cardsDetail(MAX_CARDS)}
            lines={8}
            value={typed}
            onChange={setTyped}
            error={faultOf('cards')}
            spellCheck="false"
            autoComplete="off"
          />
          <p role="status">{t.count(numbers.ids.length)}</p>
          <ReasonField value={reason} onChange={setReason} error={faultOf('reason')} />
        </div>
        <ProposeActions isPending={isPending} error={error} onPropose={press} onCancel={() => go(pathOf.proposals)} />
      </Section>
    </Screen>
  )
}

function faultIn(t: Texts<typeof texts.ko>, { ids, wrong }: CardNumbers): string | undefined {
  const [first] = wrong
  if (first !== undefined) return t.wrong(first, wrong.length - 1)
  if (ids.length === 0) return t.needCards
  return ids.length > MAX_CARDS ? t.tooMany(ids.length, MAX_CARDS) : undefined
}

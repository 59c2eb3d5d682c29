import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { RadioGroup } from '../../../kit/choices.tsx'
import { useClock } from '../../../kit/clock.tsx'
import { ErrorSummary, type FieldFault } from '../../../kit/error-summary.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { cardStatus, StatusBadge } from '../../../kit/status-badge.tsx'
import type { Credential, StatusChange } from '../../api/answers.ts'
import { EMPTY_DRAFT, type Identity } from '../../flow/application.ts'
import { acts as texts } from '../../messages/acts.ts'
import { pathOf, type StatusAct } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { type Cards, useCalls } from '../../use-cards.ts'
import { IdentityFields, useIdentityFaults } from '../application/identity-fields.tsx'
import { Report } from './report.tsx'

const REASONS = {
  suspend: ['lost', 'stolen', 'asked'],
  reinstate: ['found', 'mistake'],
  revoke: ['lost', 'stolen', 'broken', 'misused', 'ended', 'asked'],
} as const satisfies Record<StatusAct, readonly string[]>
type Reason = (typeof REASONS)[StatusAct][number]

interface ActFormProps {
  readonly person: string
  readonly credential: Credential
  readonly act: StatusAct
  readonly cards: Cards
  readonly onDone: (change: StatusChange) => void
}

export function ActForm({ person, credential, act, cards, onDone }: ActFormProps) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const calls = useCalls()
  const clock = useClock()
  const [reason, setReason] = useState<Reason | null>(null)
  const [identity, setIdentity] = useState<Identity>(EMPTY_DRAFT)
  const [tried, setTried] = useState(false)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)

  // Only a person who was identified gets a card back.
  const identityFaults = useIdentityFaults(identity, false)
  const faults: readonly FieldFault[] = [
    ...(act === 'reinstate' ? identityFaults : []),
    ...(reason === null ? [{ field: 'reason', text: t.reasonMissing }] : []),
  ]
  const shown = tried ? faults : []

  const press = async () => {
    setTried(true)
    if (reason === null || faults.length > 0) return
    setPending(true)
    setError(null)
    try {
      const { credentialId, suspension } = credential
      const { document, means } = identity
      const checked =
        act === 'reinstate' && document !== null
          ? { identity: { document, means }, ...(suspension && { closes: suspension.report }) }
          : {}
      onDone(await calls.changeStatus(credentialId, act, { reason, ...checked }))
    } catch (failure) {
      setError(failure)
      setPending(false)
    }
  }

  return (
    <Section title={cards.nameOf(credential.card)}>
      <p>
        <StatusBadge status={cardStatus(credential.status ?? '', credential.expiresAt, clock())} />
      </p>
      <Notice kind={act === 'revoke' ? 'danger' : 'information'} title={t[`${act}Head`]}>
        <p>{t[`${act}Text`]}</p>
      </Notice>
      {act === 'reinstate' && <Report credential={credential} />}
      <ErrorSummary faults={shown} />
      {act === 'reinstate' && (
        <IdentityFields
          draft={identity}
          hasNumber={false}
          faults={shown}
          onChange={change => setIdentity(before => ({ ...before, ...change }))}
        />
      )}
      <RadioGroup
        id="reason"
        label={t.reason}
        value={reason}
        onChange={setReason}
        error={tried && reason === null ? t.reasonMissing : undefined}
        options={REASONS[act].map(value => ({ value: value as Reason, label: t[`reason.${value}`] }))}
      />
      {act === 'revoke' && <p className="hint">{t.touch}</p>}
      {error !== null && <Problem error={error} />}
      <Actions>
        <Button size="large" kind={act === 'revoke' ? 'danger' : 'primary'} isPending={isPending} onPress={press}>
          {t[`${act}Press`]}
        </Button>
        <Button kind="text" onPress={() => go(pathOf.person(person))}>
          {t.back}
        </Button>
      </Actions>
    </Section>
  )
}

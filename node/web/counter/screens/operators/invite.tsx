import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { RadioGroup } from '../../../kit/choices.tsx'
import { ErrorSummary, type FieldFault } from '../../../kit/error-summary.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { kit } from '../../../kit/messages.ts'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { type Invitation, invite, propose } from '../../api/administration.ts'
import { counter } from '../../messages/counter.ts'
import { operators } from '../../messages/operators.ts'
import type { Role } from '../../passkey.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useSession } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { useCentres } from '../../use-centres.ts'
import { ReasonField } from '../proposals/proposal-form.tsx'
import { InvitationLink } from './invitation-link.tsx'

const ROLES: readonly Role[] = ['clerk', 'supervisor', 'call-centre', 'auditor', 'administrator']

export function Invite() {
  const t = useTexts(operators)
  const { name } = useTexts(counter)
  const [invitation, setInvitation] = useState<Invitation | null>(null)
  return (
    <Screen title={t.invite} app={name} width="narrow">
      {invitation ? <InvitationLink invitation={invitation} /> : <InviteForm onInvited={setInvitation} />}
    </Screen>
  )
}

function InviteForm({ onInvited }: { readonly onInvited: (invitation: Invitation) => void }) {
  const t = useTexts(operators)
  const { cancel } = useTexts(kit)
  const roles = useTexts(counter)
  const { api } = useSession()
  const { go } = useRoute()
  const say = useToast()
  const { isPending, error, run } = useAct()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role | null>(null)
  const [centre, setCentre] = useState('')
  const [reason, setReason] = useState('')
  const [isChecked, setChecked] = useState(false)
  const centres = useCentres()
  const isProposal = role === 'administrator'
  const hasCentre = role === 'clerk' || role === 'supervisor'
  const typed = centre.trim()
  const centreId = hasCentre && typed !== '' ? centres.idOf(typed) : null
  const find = (): FieldFault[] => [
    ...(name.trim() === '' ? [{ field: 'name', text: t.needName }] : []),
    ...(role === null ? [{ field: 'role', text: t.needRole }] : []),
    ...(role === 'clerk' && typed === '' ? [{ field: 'centre', text: t.needCentre }] : []),
    ...(hasCentre && typed !== '' && centreId === null ? [{ field: 'centre', text: t.unknownCentre(typed) }] : []),
    ...(isProposal && reason.trim() === '' ? [{ field: 'reason', text: t.needReason }] : []),
  ]
  const faults = isChecked ? find() : []
  const faultOf = (field: string) => faults.find(fault => fault.field === field)?.text
  const press = () => {
    setChecked(true)
    if (find().length > 0 || role === null) return
    return run(async () => {
      if (!isProposal) return onInvited(await invite(api, { name: name.trim(), role, centre: centreId }))
      await propose(api, { kind: 'admit-administrator', name: name.trim() }, reason.trim())
      say(t.proposedToast)
      go(pathOf.proposals)
    })
  }
  return (
    <Section>
      <ErrorSummary faults={faults} />
      <div className="form">
        <TextField id="name" label={t.name} maxLength={60} value={name} onChange={setName} error={faultOf('name')} />
        <RadioGroup
          id="role"
          label={t.role}
          options={ROLES.map(value => ({ value, label: roles[value], detail: t[`${value}Detail`] }))}
          value={role}
          onChange={setRole}
          error={faultOf('role')}
        />
        {hasCentre && (
          <TextField
            id="centre"
            label={t.centre}
            description={t.centreDetail}
            proposals={centres.all.map(one => ({ value: one.id, label: centres.nameOf(one.id) }))}
            maxLength={60}
            value={centre}
            onChange={setCentre}
            error={faultOf('centre')}
          />
        )}
        {centreId !== null && centres.nameOf(centreId) !== centreId && <p role="status">{centres.nameOf(centreId)}</p>}
        {isProposal && (
          <>
            <Notice kind="information">{t.twoPeople}</Notice>
            <ReasonField value={reason} onChange={setReason} error={faultOf('reason')} />
          </>
        )}
      </div>
      {error !== null && <Problem error={error} />}
      <Actions>
        <Button isPending={isPending} onPress={press}>
          {isProposal ? t.propose : t.makeLink}
        </Button>
        <Button kind="secondary" onPress={() => go(pathOf.operators)}>
          {cancel}
        </Button>
      </Actions>
    </Section>
  )
}

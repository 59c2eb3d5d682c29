import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { Dialog } from '../../../kit/dialog.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { kit } from '../../../kit/messages.ts'
import { Notice } from '../../../kit/notice.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { type Column, Table } from '../../../kit/table.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { type Account, listOperators, propose, stopOperator } from '../../api/administration.ts'
import { counter } from '../../messages/counter.ts'
import { operators } from '../../messages/operators.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useSession } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { useCentres } from '../../use-centres.ts'
import { ReasonField } from '../proposals/proposal-form.tsx'

export function Operators() {
  const t = useTexts(operators)
  const { name } = useTexts(counter)
  const { api, session } = useSession()
  const { go } = useRoute()
  const [list, again] = useLoad(signal => listOperators(api, signal), [api])
  const [stopping, setStopping] = useState<Account | null>(null)
  const columns = useColumns(setStopping)
  const close = (isChanged: boolean) => {
    setStopping(null)
    if (isChanged) again()
  }
  return (
    <Screen title={t.title} app={name}>
      {session.operator.role === 'administrator' && (
        <Actions>
          <Button onPress={() => go(pathOf.invitation)}>{t.invite}</Button>
        </Actions>
      )}
      <Section>
        <Await of={list} failed={error => <Problem error={error} onRetry={again} />}>
          {rows => (
            <>
              {session.operator.role === 'administrator' && !rows.some(worksAtCounter) && (
                <Notice title={t.noClerk}>
                  <p>{t.noClerkNext}</p>
                </Notice>
              )}
              <Table
                caption={t.title}
                isCaptionHidden
                columns={columns}
                rows={rows}
                rowId={({ id }) => id}
                empty={t.none}
              />
            </>
          )}
        </Await>
      </Section>
      {stopping && <StopDialog account={stopping} onClose={close} />}
    </Screen>
  )
}

const worksAtCounter = ({ role, state }: Account) => state !== 'stopped' && (role === 'clerk' || role === 'supervisor')

function useColumns(onStop: (account: Account) => void): Column<Account>[] {
  const centres = useCentres()
  const t = useTexts(operators)
  const roles = useTexts(counter)
  const { operator } = useSession().session
  const columns: Column<Account>[] = [
    { id: 'name', title: t.name, cell: ({ id, name }) => (id === operator.id ? `${name} (${t.you})` : name) },
    { id: 'role', title: t.role, cell: ({ role }) => roles[role] },
    { id: 'centre', title: t.centre, cell: ({ centre }) => (centre === null ? t.nobody : centres.nameOf(centre)) },
    { id: 'state', title: t.state, cell: ({ state }) => t[state] },
    { id: 'since', title: t.since, cell: account => <RelativeTime time={since(account)} /> },
  ]
  if (operator.role !== 'administrator') return columns
  const stop = (account: Account) =>
    account.state !== 'stopped' && account.id !== operator.id ? (
      <Button kind="secondary" aria-label={t.stopOf(account.name)} onPress={() => onStop(account)}>
        {t.stop}
      </Button>
    ) : null
  return [...columns, { id: 'act', title: t.act, cell: stop }]
}

const since = ({ state, invitedAt, enrolledAt, stoppedAt }: Account) =>
  (state === 'stopped' ? stoppedAt : state === 'active' ? enrolledAt : invitedAt) ?? invitedAt

interface StopDialogProps {
  readonly account: Account
  readonly onClose: (isChanged: boolean) => void
}

/** An administrator is not stopped by one person: the dialog asks for the reason and proposes it. */
function StopDialog({ account, onClose }: StopDialogProps) {
  const t = useTexts(operators)
  const { cancel } = useTexts(kit)
  const { api } = useSession()
  const say = useToast()
  const { isPending, error, run } = useAct()
  const [reason, setReason] = useState('')
  const [isReasonMissing, setReasonMissing] = useState(false)
  const isProposal = account.role === 'administrator'
  const press = () => {
    if (isProposal && reason.trim() === '') return setReasonMissing(true)
    return run(async () => {
      if (isProposal) await propose(api, { kind: 'stop-administrator', operator: account.id }, reason.trim())
      else await stopOperator(api, account.id)
      say(isProposal ? t.proposedToast : t.stoppedToast(account.name))
      onClose(true)
    })
  }
  return (
    <Dialog title={t.stopQuestion(account.name)} isOpen onClose={() => onClose(false)}>
      <p>{isProposal ? t.stopProposalDetail : t.stopDetail}</p>
      {isProposal && (
        <ReasonField
          value={reason}
          onChange={setReason}
          error={isReasonMissing && reason.trim() === '' ? t.needReason : undefined}
        />
      )}
      {error !== null && <Problem error={error} />}
      <Actions>
        <Button kind={isProposal ? 'primary' : 'danger'} isPending={isPending} onPress={press}>
          {isProposal ? t.propose : t.stop}
        </Button>
        <Button kind="secondary" onPress={() => onClose(false)}>
          {cancel}
        </Button>
      </Actions>
    </Dialog>
  )
}

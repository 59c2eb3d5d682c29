import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Facts } from '../../../kit/layout.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { confirmProposal, type Invitation, type Proposal, rejectProposal } from '../../api/administration.ts'
import { proposals as texts } from '../../messages/proposals.ts'
import { Problem } from '../../problem.tsx'
import { useSession } from '../../session.tsx'
import { useAct } from '../../use-act.ts'
import { actText } from './act-text.ts'
import { CardIds } from './card-ids.tsx'

interface WaitingProps {
  readonly proposals: readonly Proposal[]
  readonly nameOf: (id: string) => string
  /** @param invitation the link of an administrator who was admitted */
  readonly onDecided: (invitation: Invitation | null) => void
}

/** Who proposes what, for how many, and why; and the two buttons, unless it is the reader's own. */
export function Waiting({ proposals, nameOf, onDecided }: WaitingProps) {
  const t = useTexts(texts)
  if (proposals.length === 0) return <p className="table-empty">{t.noneWaiting}</p>
  return (
    <>
      {proposals.map(proposal => (
        <One key={proposal.id} proposal={proposal} nameOf={nameOf} onDecided={onDecided} />
      ))}
    </>
  )
}

interface OneProps extends Omit<WaitingProps, 'proposals'> {
  readonly proposal: Proposal
}

function One({ proposal, nameOf, onDecided }: OneProps) {
  const t = useTexts(texts)
  const { api, session } = useSession()
  const say = useToast()
  const { isPending, error, run } = useAct()
  const { id, act, reason, proposer, at, mayDecide } = proposal
  const what = actText(t, act, nameOf)
  const isDecider = ['administrator', 'supervisor'].includes(session.operator.role)
  const confirm = () =>
    run(async () => {
      const { invitation } = await confirmProposal(api, id)
      if (!invitation) say(t.confirmedToast)
      onDecided(invitation)
    })
  const reject = () =>
    run(async () => {
      await rejectProposal(api, id)
      say(t.rejectedToast)
      onDecided(null)
    })
  return (
    <article className="section">
      <h3>{what}</h3>
      <Facts
        facts={[
          [t.proposer, proposer.name],
          [t.at, <RelativeTime key="at" time={at} />],
          [t.reason, reason],
        ]}
      />
      {act.kind === 'status-many' && <CardIds ids={act.credentials} />}
      {error !== null && <Problem error={error} />}
      {isDecider && mayDecide ? (
        <Actions>
          <Button isPending={isPending} aria-label={t.confirmOf(what)} onPress={confirm}>
            {t.confirm}
          </Button>
          <Button kind="secondary" isDisabled={isPending} aria-label={t.rejectOf(what)} onPress={reject}>
            {t.reject}
          </Button>
        </Actions>
      ) : (
        <p>{isDecider ? t.notYours : t.readsOnly}</p>
      )}
    </article>
  )
}

import './proposals.css'
import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useNow } from '../../../kit/clock.tsx'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { Table } from '../../../kit/table.tsx'
import { type Invitation, listOperators, listProposals, type Proposal } from '../../api/administration.ts'
import { counter } from '../../messages/counter.ts'
import { proposals } from '../../messages/proposals.ts'
import { pathOf } from '../../paths.ts'
import { codeText, Problem } from '../../problem.tsx'
import { useSession } from '../../session.tsx'
import { InvitationLink } from '../operators/invitation-link.tsx'
import { actText } from './act-text.ts'
import { CardIds, Failed } from './card-ids.tsx'
import { RaiseLimit } from './raise-limit.tsx'
import { Waiting } from './waiting.tsx'

/** Seconds. */
const REFRESH = 5

export function Proposals() {
  const t = useTexts(proposals)
  const { name } = useTexts(counter)
  const { api, session } = useSession()
  const { go } = useRoute()
  const now = useNow(REFRESH)
  const [loaded, again] = useLoad(
    async signal => {
      const [list, operators] = await Promise.all([listProposals(api, signal), listOperators(api, signal)])
      return { list, names: new Map(operators.map(operator => [operator.id, operator.name])) }
    },
    [api, now],
  )
  const [invitation, setInvitation] = useState<Invitation | null>(null)
  const [isRaising, setRaising] = useState(false)
  const mayPropose = ['administrator', 'supervisor'].includes(session.operator.role)
  const decided = (made: Invitation | null) => {
    setInvitation(made)
    again()
  }
  return (
    <Screen title={t.title} app={name}>
      <p>{t.explanation}</p>
      {mayPropose && (
        <Actions>
          <Button kind="secondary" onPress={() => go(pathOf.proposeMany)}>
            {t.newMany}
          </Button>
          <Button kind="secondary" onPress={() => setRaising(true)}>
            {t.newLimit}
          </Button>
        </Actions>
      )}
      {isRaising && (
        <RaiseLimit
          onClose={isChanged => {
            setRaising(false)
            if (isChanged) again()
          }}
        />
      )}
      {invitation && <InvitationLink invitation={invitation} />}
      <Await of={loaded} failed={error => <Problem error={error} onRetry={again} />}>
        {({ list, names }) => {
          const nameOf = (id: string) => names.get(id) ?? id
          return (
            <>
              <Section title={t.waiting}>
                <Waiting proposals={list.filter(isOpen)} nameOf={nameOf} onDecided={decided} />
              </Section>
              <Section title={t.decided}>
                <Decided proposals={list.filter(one => !isOpen(one))} nameOf={nameOf} />
              </Section>
            </>
          )
        }}
      </Await>
    </Screen>
  )
}

const isOpen = ({ state }: Proposal) => state === 'open'

interface DecidedProps {
  readonly proposals: readonly Proposal[]
  readonly nameOf: (id: string) => string
}

function Decided({ proposals: rows, nameOf }: DecidedProps) {
  const t = useTexts(proposals)
  const language = useLanguage()
  const result = ({ state, act, progress }: Proposal) => {
    if (state === 'open') return null
    if (!progress || act.kind !== 'status-many') return t[state]
    const { done, failed } = progress
    return (
      <div>
        {`${t[state]} · ${t.progressOf(done, act.credentials.length, failed.length)}`}
        {failed.length > 0 && <Failed failed={failed} why={code => codeText(language, code)} />}
      </div>
    )
  }
  return (
    <Table
      caption={t.decided}
      isCaptionHidden
      rows={rows}
      rowId={({ id }) => id}
      empty={t.noneDecided}
      columns={[
        {
          id: 'what',
          title: t.what,
          cell: ({ act, reason }) => (
            <div>
              {actText(t, act, nameOf)}
              <br />
              <span className="table-note">{reason}</span>
              {act.kind === 'status-many' && <CardIds ids={act.credentials} />}
            </div>
          ),
        },
        { id: 'proposer', title: t.proposer, cell: ({ proposer }) => proposer.name },
        { id: 'decider', title: t.decider, cell: ({ decider }) => decider?.name ?? '–' },
        { id: 'state', title: t.state, cell: result },
        { id: 'at', title: t.at, cell: ({ at }) => <RelativeTime time={at} /> },
      ]}
    />
  )
}

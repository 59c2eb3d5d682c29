/** From an application to a card, one question a page. */
import './application.css'
import { systemTimer } from '../../../../lib/time.ts'
import { useNow } from '../../../kit/clock.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, TwoColumns } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import type { Resident } from '../../api/answers.ts'
import type { Application as Stored } from '../../flow/application.ts'
import { OFFLINE } from '../../flow/flow.ts'
import { screenOf } from '../../flow/screen.ts'
import { application as texts } from '../../messages/application.ts'
import { counter } from '../../messages/counter.ts'
import { handout } from '../../messages/handout.ts'
import { line } from '../../messages/line.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useCalls, useCards } from '../../use-cards.ts'
import { useFlow } from '../../use-flow.ts'
import { Person } from './person.tsx'
import { Step } from './step.tsx'
import { titleOf } from './titles.ts'

export interface ApplicationProps {
  readonly person: string
  /** The card of a new application. */
  readonly card?: string
  /** An application that exists. */
  readonly id?: string
}

export function Application({ person, card, id }: ApplicationProps) {
  const t = useTexts(texts)
  const { name } = useTexts(counter)
  const calls = useCalls()
  const [loaded, again] = useLoad(
    async signal => ({
      resident: await calls.resident(person, signal),
      application: id === undefined ? null : await calls.application(id, signal),
      lines: await calls.lines(signal),
    }),
    [calls, person, id],
  )
  const failed = (error: unknown) => (
    <Screen title={t.title} app={name}>
      <Problem error={error} onRetry={again} />
    </Screen>
  )
  return (
    <Await of={loaded} failed={failed}>
      {({ lines, ...found }) => <Running person={person} card={card ?? null} messages={lines.messages} {...found} />}
    </Await>
  )
}

interface RunningProps {
  readonly person: string
  readonly card: string | null
  readonly resident: Resident
  readonly application: Stored | null
  readonly messages: boolean
}

function Running({ person, card, resident, application, messages }: RunningProps) {
  const { name } = useTexts(counter)
  const all = { ...useTexts(texts), ...useTexts(handout), line: useTexts(line) }
  const calls = useCalls()
  const cards = useCards()
  const now = useNow()
  const [flow, acts] = useFlow(calls, { person, card, application, messages }, systemTimer, id => keep(person, id))
  const screen = screenOf(flow, now)
  const { changedElsewhere, offline, problem } = flow
  return (
    // A key of its own for each step: the heading takes the focus, so a screen reader says where the clerk is.
    <Screen key={screen.name} title={titleOf(all, screen)} app={name}>
      {changedElsewhere && (
        <Notice kind="warning">
          <p>{all['flow.changed']}</p>
        </Notice>
      )}
      {offline && (
        <Notice kind="warning">
          <p>{all['flow.offline']}</p>
        </Notice>
      )}
      {problem && problem.code !== OFFLINE && <Problem error={problem.cause} />}
      <TwoColumns
        left={<Person resident={resident} />}
        right={<Step {...{ flow, acts, screen, cards, person, resident, now, messages }} />}
      />
    </Screen>
  )
}

/** A reload then opens the application, not an empty form. The screen stays, and with it the code. */
function keep(person: string, id: string): void {
  history.replaceState(null, '', import.meta.env.BASE_URL + pathOf.application(person, id))
}

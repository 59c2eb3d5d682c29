/** The first screen: find a person, what waits, and today's applications. */
import './desk.css'
import { useNow } from '../../../kit/clock.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Screen } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { counter } from '../../messages/counter.ts'
import { desk } from '../../messages/desk.ts'
import { Problem } from '../../problem.tsx'
import { mayTakeApplications } from '../../roles.ts'
import { useSession } from '../../session.tsx'
import { useCalls, useCards } from '../../use-cards.ts'
import { Finder } from './finder.tsx'
import { Today } from './today.tsx'
import { Waiting } from './waiting.tsx'

/** Seconds. */
const REFRESH = 10

const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Seoul' })

export function Desk() {
  const t = useTexts(desk)
  const { name } = useTexts(counter)
  const { role } = useSession().session.operator
  return (
    <Screen title={t.title} app={name}>
      <Finder />
      {mayTakeApplications(role) && <Applications />}
    </Screen>
  )
}

function Applications() {
  const calls = useCalls()
  const cards = useCards()
  const now = useNow(REFRESH)
  const [today, again] = useLoad(signal => calls.day(DAY.format(now * 1000), signal), [calls, now])
  return (
    <Await of={today} failed={error => <Problem error={error} onRetry={again} />}>
      {({ applications }) => (
        <>
          <Waiting applications={applications} cards={cards} />
          <Today applications={applications} cards={cards} />
        </>
      )}
    </Await>
  )
}

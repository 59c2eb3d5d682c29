/** One person: who it is, on the left; their cards and what they may apply for, on the right. */
import './person.css'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, TwoColumns } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Link } from '../../../kit/router.tsx'
import type { Resident } from '../../api/answers.ts'
import { counter } from '../../messages/counter.ts'
import { person as texts } from '../../messages/person.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { mayTakeApplications } from '../../roles.ts'
import { useSession } from '../../session.tsx'
import { useCalls, useCards } from '../../use-cards.ts'
import { Apply } from './apply.tsx'
import { CardList } from './card-list.tsx'
import { OpenApplications } from './open-applications.tsx'
import { WhoItIs } from './who-it-is.tsx'

export function Person({ id }: { readonly id: string }) {
  const t = useTexts(texts)
  const { name } = useTexts(counter)
  const calls = useCalls()
  const [resident, again] = useLoad(signal => calls.resident(id, signal), [calls, id])
  return (
    <Screen title={t.title} app={name}>
      <Await of={resident} failed={error => <Problem error={error} onRetry={again} />}>
        {found => <Columns id={id} resident={found} />}
      </Await>
      <p>
        <Link to={pathOf.desk}>{t.back}</Link>
      </p>
    </Screen>
  )
}

function Columns({ id, resident }: { readonly id: string; readonly resident: Resident }) {
  const { role } = useSession().session.operator
  const cards = useCards()
  const work = (
    <>
      <CardList person={id} credentials={resident.credentials} cards={cards} />
      <OpenApplications person={id} applications={resident.applications} cards={cards} />
      {mayTakeApplications(role) && <Apply person={id} canApply={resident.canApply} cards={cards} />}
    </>
  )
  return <TwoColumns left={<WhoItIs id={id} resident={resident} />} right={work} />
}

/** Locking, unlocking and revoking one card: whom it concerns, why, and one button that names the act. */
import { useState } from 'react'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, TwoColumns } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import type { StatusChange } from '../../api/answers.ts'
import { acts as texts } from '../../messages/acts.ts'
import { counter } from '../../messages/counter.ts'
import type { StatusAct } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useCalls, useCards } from '../../use-cards.ts'
import { Person } from '../application/person.tsx'
import { ActDone } from './act-done.tsx'
import { ActForm } from './act-form.tsx'

export interface ActProps {
  readonly person: string
  readonly credential: string
  readonly act: StatusAct
}

export function Act({ person, credential, act }: ActProps) {
  const t = useTexts(texts)
  const { name } = useTexts(counter)
  const calls = useCalls()
  const cards = useCards()
  const [loaded, again] = useLoad(signal => calls.resident(person, signal), [calls, person])
  const [change, setChange] = useState<StatusChange | null>(null)
  return (
    <Screen key={change?.transaction ?? ''} title={change === null ? t[`${act}Title`] : t[`${act}Done`]} app={name}>
      <Await of={loaded} failed={error => <Problem error={error} onRetry={again} />}>
        {resident => {
          const found = resident.credentials.find(({ credentialId }) => credentialId === credential)
          const work = found ? (
            change === null ? (
              <ActForm person={person} credential={found} act={act} cards={cards} onDone={setChange} />
            ) : (
              <ActDone act={act} change={change} person={person} credential={found} card={cards.nameOf(found.card)} />
            )
          ) : (
            <Notice kind="danger">
              <p>{t.notHere}</p>
            </Notice>
          )
          return <TwoColumns left={<Person resident={resident} />} right={work} />
        }}
      </Await>
    </Screen>
  )
}

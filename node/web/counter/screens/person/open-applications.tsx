import { Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { Application } from '../../flow/application.ts'
import { application as kinds } from '../../messages/application.ts'
import { person as texts } from '../../messages/person.ts'
import { pathOf } from '../../paths.ts'
import type { Cards } from '../../use-cards.ts'
import { State } from '../desk/state.tsx'

interface OpenApplicationsProps {
  readonly person: string
  readonly applications: readonly Application[]
  readonly cards: Cards
}

const ENDED: readonly string[] = ['issued', 'cancelled', 'refused']

/** The applications that are not finished. */
export function OpenApplications({ person, applications, cards }: OpenApplicationsProps) {
  const t = useTexts(texts)
  const k = useTexts(kinds)
  const { go } = useRoute()
  const open = applications.filter(({ state }) => !ENDED.includes(state))
  if (open.length === 0) return null
  return (
    <Section title={t.openApplications}>
      {open.map(({ applicationId, card, kind, state }) => (
        <div key={applicationId} className="card-head">
          <p>
            <strong>{cards.nameOf(card)}</strong>
            {` · ${k[`kind.${kind}`]}`}
          </p>
          <State state={state} />
          <Button kind="secondary" onPress={() => go(pathOf.application(person, applicationId))}>
            {t.continueApplication}
          </Button>
        </div>
      ))}
    </Section>
  )
}

import { timeOfDay } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Link } from '../../../kit/router.tsx'
import { Table } from '../../../kit/table.tsx'
import type { Listed } from '../../api/answers.ts'
import { application } from '../../messages/application.ts'
import { desk } from '../../messages/desk.ts'
import { pathOf } from '../../paths.ts'
import type { Cards } from '../../use-cards.ts'
import { State } from './state.tsx'

export interface TodayProps {
  readonly applications: readonly Listed[]
  readonly cards: Cards
}

/** Today's applications, the newest first. Names are masked, because others may see the screen. */
export function Today({ applications, cards }: TodayProps) {
  const t = useTexts(desk)
  const a = useTexts(application)
  const language = useLanguage()
  return (
    <Section title={t.today}>
      <Table
        caption={t.today}
        isCaptionHidden
        rows={applications.toSorted((one, other) => other.at - one.at)}
        rowId={({ applicationId }) => applicationId}
        empty={t.todayEmpty}
        columns={[
          { id: 'time', title: t.time, cell: ({ at }) => timeOfDay(language, at) },
          {
            id: 'name',
            title: t.name,
            cell: ({ maskedName, person }) => <Link to={pathOf.person(person)}>{maskedName ?? t.nameErased}</Link>,
          },
          {
            id: 'card',
            title: t.card,
            cell: ({ card, kind }) =>
              kind === 'mobile' ? cards.nameOf(card) : `${cards.nameOf(card)} · ${a[`kind.${kind}`]}`,
          },
          { id: 'state', title: t.state, cell: ({ state }) => <State state={state} /> },
        ]}
      />
    </Section>
  )
}

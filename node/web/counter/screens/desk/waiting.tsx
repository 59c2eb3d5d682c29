import type { ApplicationState } from '../../../../credential/application.ts'
import { Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { Listed } from '../../api/answers.ts'
import { desk } from '../../messages/desk.ts'
import { pathOf } from '../../paths.ts'
import type { TodayProps } from './today.tsx'

/** The states in which a clerk has to do something. A plastic card waits for its producer, not for the clerk. */
const waits = ({ state, kind }: Listed): boolean =>
  state === 'applied' ||
  ((state === 'identity_checked' || state === 'offered' || state === 'expired') && kind === 'mobile')

type Waits = Extract<ApplicationState, 'applied' | 'identity_checked' | 'offered' | 'expired'>

export function Waiting({ applications, cards }: TodayProps) {
  const t = useTexts(desk)
  const { go } = useRoute()
  const waiting = applications.filter(waits)
  return (
    <Section title={t.waiting}>
      {waiting.length === 0 ? (
        <p>{t.waitingEmpty}</p>
      ) : (
        <ul className="waiting">
          {waiting.map(({ applicationId, person, maskedName, card, state }) => (
            <li key={applicationId} className="waiting-row">
              <p>
                <strong>{`${maskedName ?? t.nameErased} · ${cards.nameOf(card)}`}</strong>
                <br />
                {t[`waitingFor.${state as Waits}`]}
              </p>
              <Button
                kind="secondary"
                aria-label={t.continueFor(maskedName ?? t.nameErased)}
                onPress={() => go(pathOf.application(person, applicationId))}
              >
                {t.continue}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

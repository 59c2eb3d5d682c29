import { Button } from '../../kit/button.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen, Section } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import { kiosk } from '../messages/kiosk.ts'

export interface WelcomeProps {
  /** Whether faces can be compared. */
  readonly ready: boolean
  readonly simulated: { readonly card: boolean; readonly face: boolean }
  readonly onBegin: () => void
}

export function Welcome({ ready, simulated, onBegin }: WelcomeProps) {
  const t = useTexts(kiosk)
  return (
    <Screen title={t.welcomeTitle} app={t.name} width="narrow">
      {(simulated.card || simulated.face) && (
        <Notice title={t.simulatedTitle}>
          {simulated.card && <p>{t.simulatedCard}</p>}
          {simulated.face && <p>{t.simulatedFace}</p>}
        </Notice>
      )}
      {ready ? (
        <>
          <Section title={t.needs}>
            <ul>
              <li>{t.needsPhone}</li>
              <li>{t.needsCard}</li>
            </ul>
          </Section>
          <Button size="large" onPress={onBegin}>
            {t.begin}
          </Button>
        </>
      ) : (
        <Notice kind="warning" title={t.noFaceTitle}>
          <p>{t.noFace}</p>
        </Notice>
      )}
    </Screen>
  )
}

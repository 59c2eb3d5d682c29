import { Button } from '../../kit/button.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import type { Ending } from '../core/flow.ts'
import { kiosk } from '../messages/kiosk.ts'

export function DoneStep({ onNext }: { readonly onNext: () => void }) {
  const t = useTexts(kiosk)
  return (
    <Screen title={t.doneTitle} app={t.name} width="narrow">
      <Notice kind="success">
        <p>{t.done}</p>
      </Notice>
      <Button size="large" onPress={onNext}>
        {t.next}
      </Button>
    </Screen>
  )
}

export function EndedStep({ why, onNext }: { readonly why: Ending; readonly onNext: () => void }) {
  const t = useTexts(kiosk)
  return (
    <Screen title={t.endedTitle} app={t.name} width="narrow">
      <Notice kind="warning">
        <p>{t[`ended.${why}`]}</p>
      </Notice>
      <Button size="large" onPress={onNext}>
        {t.next}
      </Button>
    </Screen>
  )
}

import { useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { kiosk } from '../messages/kiosk.ts'

export function ReadingStep({ percent }: { readonly percent: number }) {
  const t = useTexts(kiosk)
  const text = percent < 100 ? t.reading(percent) : t.checking
  return (
    <Screen title={t.readingTitle} app={t.name} width="narrow">
      <progress className="kiosk-progress" max={100} value={percent} aria-label={text} />
      <p role="status">{text}</p>
    </Screen>
  )
}

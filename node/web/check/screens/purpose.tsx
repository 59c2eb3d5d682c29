import './purpose.css'
import type { Preset } from '../../../verifier/presets/preset.ts'
import { Button } from '../../kit/button.tsx'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { check } from '../messages/check.ts'

export interface PurposeProps {
  readonly presets: readonly Preset[]
  readonly onChoose: (preset: Preset) => void
}

/** What is checked here. Asked once; the choice stays. */
export function Purpose({ presets, onChoose }: PurposeProps) {
  const t = useTexts(check)
  const language = useLanguage()
  return (
    <Screen title={t.purpose} app={t.name} width="narrow">
      <p>{t.purposeHint}</p>
      <ul className="purposes">
        {presets.map(preset => (
          <li key={preset.id}>
            <Button kind="secondary" size="large" onPress={() => onChoose(preset)}>
              <span className="purpose-name">{preset.name[language]}</span>
              <span className="purpose-words">{preset.purpose[language]}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Screen>
  )
}

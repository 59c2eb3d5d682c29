import { useState } from 'react'
import { parseSessionCode, type SessionCode } from '../../../chip/session-code.ts'
import { Button } from '../../kit/button.tsx'
import { Scanner } from '../../kit/camera/scanner.tsx'
import { TextField } from '../../kit/fields.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen, Section, TwoColumns } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import { kiosk } from '../messages/kiosk.ts'

export interface CodeStepProps {
  readonly fault: 'unreadable' | 'other-authority' | null
  /** Undefined: another code. */
  readonly onCode: (code: SessionCode | undefined) => void
}

export function CodeStep({ fault, onCode }: CodeStepProps) {
  const t = useTexts(kiosk)
  const [pasted, setPasted] = useState('')
  return (
    <Screen title={t.codeTitle} app={t.name}>
      <p>{t.codeHow}</p>
      {fault === 'unreadable' && (
        <Notice kind="warning" title={t.unreadableTitle}>
          <p>{t.unreadable}</p>
        </Notice>
      )}
      {fault === 'other-authority' && (
        <Notice kind="warning" title={t.otherTitle}>
          <p>{t.other}</p>
        </Notice>
      )}
      <TwoColumns
        left={<Scanner hint={t.codeHint} facing="user" onText={text => onCode(parseSessionCode(text))} />}
        right={
          <Section>
            <p>{t.codeOwn}</p>
            <TextField label={t.codePaste} value={pasted} onChange={setPasted} autoComplete="off" />
            <Button kind="secondary" onPress={() => onCode(parseSessionCode(pasted))}>
              {t.codeUse}
            </Button>
          </Section>
        }
      />
    </Screen>
  )
}

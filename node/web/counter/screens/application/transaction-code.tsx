import { useState } from 'react'
import { Button } from '../../../kit/button.tsx'
import { DigitDisplay } from '../../../kit/digit-display.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { handout as texts } from '../../messages/handout.ts'

/** Covered until it is asked for, because the applicant may not be the only one who sees the screen. */
export function TransactionCode({ code }: { readonly code: string }) {
  const t = useTexts(texts)
  const [isShown, setShown] = useState(false)
  return (
    <div className="code">
      <p>{t['show.codeHow']}</p>
      {isShown && <DigitDisplay label={t['show.code']} digits={code} />}
      <Button kind="secondary" onPress={() => setShown(!isShown)}>
        {isShown ? t['show.codeHide'] : t['show.codeReveal']}
      </Button>
    </div>
  )
}

import { useTexts } from '../kit/language.tsx'
import { lock as texts } from './messages/lock.ts'

/** The number to call, which a phone dials when it is pressed. */
export function Help({ helpLine }: { readonly helpLine: string }) {
  const t = useTexts(texts)
  return (
    <p className="lock-help">
      {`${t.helpLine} `}
      <a href={`tel:${helpLine.replace(/[^\d+]/g, '')}`}>{helpLine}</a>
    </p>
  )
}

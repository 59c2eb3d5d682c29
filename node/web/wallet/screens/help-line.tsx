import { useTexts } from '../../kit/language.tsx'
import { wallet as texts } from '../messages/wallet.ts'
import { useWallet } from '../wallet-context.tsx'

/** The number to call, which a phone dials when it is pressed. */
export function HelpLine() {
  const t = useTexts(texts)
  const { helpLine } = useWallet().settings
  return (
    <p className="help-line">
      <span>{t.helpLine}</span>
      <a href={`tel:${helpLine.replace(/[^\d+]/g, '')}`}>{helpLine}</a>
    </p>
  )
}

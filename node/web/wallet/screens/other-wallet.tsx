import { toWalletApp } from '../../../lib/wallet-link.ts'
import { useTexts } from '../../kit/language.tsx'
import { wallet } from '../messages/wallet.ts'
import { useOpenLink } from '../open-link.tsx'

/** For a person who followed a link and has another wallet. What was scanned was scanned with this one. */
export function OtherWallet() {
  const t = useTexts(wallet)
  const { opened } = useOpenLink()
  if (opened === null || !('link' in opened) || !opened.sameDevice) return null
  return (
    <a className="other-wallet" href={toWalletApp(opened.kind, opened.link)}>
      {t.otherWallet}
    </a>
  )
}

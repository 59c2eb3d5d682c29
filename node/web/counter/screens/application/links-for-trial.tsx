import { useState } from 'react'
import { Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import type { Handout } from '../../flow/application.ts'
import { handout as texts } from '../../messages/handout.ts'

/**
 * Shown if the offer's address is this computer itself, which no phone can reach. A person who tries the system opens the
 * offer in a wallet in another tab. A real office never sees this.
 */
export function LinksForTrial({ offerUrl, walletLink }: Pick<Handout, 'offerUrl' | 'walletLink'>) {
  const t = useTexts(texts)
  const [isCopied, setCopied] = useState(false)
  if (!isOnThisComputer(offerUrl)) return null
  const copy = async () => {
    await navigator.clipboard.writeText(offerUrl)
    setCopied(true)
  }
  return (
    <>
      <a href={walletLink} target="_blank" rel="noreferrer" className="button button-secondary">
        {t['show.openWallet']}
      </a>
      <Button kind="text" onPress={copy}>
        {isCopied ? t['show.linkCopied'] : t['show.copyLink']}
      </Button>
    </>
  )
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

function isOnThisComputer(offerUrl: string): boolean {
  const uri = new URL(offerUrl).searchParams.get('credential_offer_uri')
  return uri !== null && URL.canParse(uri) && LOOPBACK.includes(new URL(uri).hostname)
}

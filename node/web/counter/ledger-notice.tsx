import { useEffect, useState } from 'react'
import { useTexts } from '../kit/language.tsx'
import { Notice } from '../kit/notice.tsx'
import { counter } from './messages/counter.ts'

const EVERY_MS = 10_000

/** On every screen while the ledger is out of reach: wallets get temporary cards, and clerks have to tell people. */
export function LedgerNotice() {
  const t = useTexts(counter)
  const [isTemporary, setTemporary] = useState(false)
  useEffect(() => {
    const ended = new AbortController()
    const look = async () => {
      const found = await cardsAreTemporary(ended.signal)
      if (found !== null && !ended.signal.aborted) setTemporary(found)
    }
    void look()
    const timer = setInterval(look, EVERY_MS)
    return () => {
      ended.abort()
      clearInterval(timer)
    }
  }, [])
  if (!isTemporary) return null
  return (
    <Notice kind="warning" title={t.outOfReach}>
      <p>{t.temporaryCards}</p>
    </Notice>
  )
}

/** As the node says for monitoring. Null if it does not answer: the screens say that themselves. */
async function cardsAreTemporary(signal: AbortSignal): Promise<boolean | null> {
  try {
    const { cards } = (await (await fetch('/readyz', { signal })).json()) as { cards?: unknown }
    return cards === 'temporary'
  } catch {
    return null
  }
}

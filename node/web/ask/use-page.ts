/** What the page is at: it opens the request, waits for the wallet, and sends the browser back to the site. */
import { useCallback, useEffect, useState } from 'react'
import { call, Refused } from '../kit/api.ts'

/** As http/verifier/ask-routes.ts answers. */
export interface Opened {
  readonly name: { readonly ko: string; readonly en: string }
  readonly purpose: { readonly ko: string; readonly en: string }
  /** For a wallet app on this device. */
  readonly here: string
  /** The same for a wallet that is a page; null if the service knows none. */
  readonly walletPage: string | null
  /** For a QR code. */
  readonly elsewhere: string
  readonly expiresAt: number
}

type State =
  | { readonly state: 'open'; readonly digits: readonly string[] }
  | { readonly state: 'answered' }
  | { readonly state: 'done'; readonly returnUrl: string }
  | { readonly state: 'over'; readonly returnUrl: string }

export type Page =
  | { readonly at: 'opening' | 'answered' }
  | { readonly at: 'open'; readonly opened: Opened; readonly digits: readonly string[] }
  | { readonly at: 'done' | 'over'; readonly returnUrl: string }
  | { readonly at: 'other' | 'gone' | 'offline' }

const WALLET_CODE = /^#wallet_code=([\w-]+)$/
const PAUSE_MS = 500

/** @param id of the page; @returns where it is, and a function that tries again */
export function usePage(id: string): [Page, () => void] {
  const [page, setPage] = useState<Page>({ at: 'opening' })
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn tries again
  useEffect(() => {
    const leaving = new AbortController()
    const show = (next: Page) => {
      if (!leaving.signal.aborted) setPage(next)
    }
    void run(id, show, leaving.signal).catch(error => show({ at: failureOf(error) }))
    return () => leaving.abort()
  }, [id, turn])
  return [page, useCallback(() => setTurn(before => before + 1), [])]
}

async function run(id: string, show: (page: Page) => void, signal: AbortSignal): Promise<void> {
  const [, code] = WALLET_CODE.exec(location.hash) ?? []
  if (code !== undefined) {
    const { returnUrl } = await call<{ readonly returnUrl: string }>(`/ask/${id}/return`, {
      ...{ method: 'POST', body: { code }, signal },
    })
    return leave(returnUrl, show)
  }
  const opened = await call<Opened>(`/ask/${id}/open`, { method: 'POST', signal })
  show({ at: 'open', opened, digits: [] })
  while (!signal.aborted) {
    const now = await call<State>(`/ask/${id}/state`, { signal })
    if (now.state === 'done') return leave(now.returnUrl, show)
    if (now.state === 'over') return show({ at: 'over', returnUrl: now.returnUrl })
    if (now.state === 'answered') return show({ at: 'answered' })
    show({ at: 'open', opened, digits: now.digits })
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
}

/** The address of this page does not stay in the history: going back would lead to a request that has ended. */
function leave(returnUrl: string, show: (page: Page) => void): void {
  show({ at: 'done', returnUrl })
  location.replace(returnUrl)
}

function failureOf(error: unknown): 'other' | 'gone' | 'offline' {
  if (!(error instanceof Refused)) return 'offline'
  return error.code === 'VERIFIER_OTHER_BROWSER' ? 'other' : error.status >= 500 ? 'offline' : 'gone'
}

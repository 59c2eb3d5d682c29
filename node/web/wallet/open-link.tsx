/**
 * The offer or the request that is open. It is kept in memory only, because an offer's code must not stay in the browser's
 * history, and nothing of a link may act twice.
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { walletReturn } from '../../lib/wallet-link.ts'
import { useRoute } from '../kit/router.tsx'
import { kindOfLink } from './links.ts'
import { pathOf } from './paths.ts'

export type Opened =
  /** `sameDevice`: another page or app of this device led here. */
  | { readonly kind: 'offer'; readonly link: string; readonly sameDevice: boolean }
  | { readonly kind: 'request'; readonly link: string; readonly sameDevice: boolean }
  /** The browser came back from an issuer's page. Only the address of this page can say so: it is no link to be scanned. */
  | { readonly kind: 'returned'; readonly address: string }
  /** What an animated code on the asker's screen contained. */
  | { readonly kind: 'shown'; readonly message: Uint8Array }

interface Open {
  readonly opened: Opened | null
  /** @returns false if the text is neither an offer nor a request */
  readonly openLink: (text: string) => boolean
  readonly openMessage: (message: Uint8Array) => void
}

const OpenContext = createContext<Open>({ opened: null, openLink: () => false, openMessage: () => undefined })
const PATHS = {
  offer: pathOf.offer,
  request: pathOf.request,
  shown: pathOf.request,
  returned: pathOf.returned,
} as const

/** What the page was opened with: another page or the phone's camera led here. */
function fromAddress(): Opened | null {
  if (location.search === '') return null
  if (location.href.startsWith(`${walletReturn(location.origin)}?`)) return { kind: 'returned', address: location.href }
  const kind = kindOfLink(location.href, location.origin)
  return kind && { kind, link: location.href, sameDevice: true }
}

export function OpenLinkProvider({ children }: { readonly children: ReactNode }) {
  const { path, go } = useRoute()
  const [opened, setOpened] = useState(fromAddress)
  useEffect(() => {
    if (location.search !== '' || location.hash !== '') history.replaceState(null, '', location.pathname)
  }, [])
  // Who leaves the screen is done with it: a used link must not open again on the way back.
  useEffect(() => {
    if (opened && path !== PATHS[opened.kind]) setOpened(null)
  }, [opened, path])
  const begin = useCallback(
    (next: Opened) => {
      setOpened(next)
      go(PATHS[next.kind])
    },
    [go],
  )
  const openLink = useCallback(
    (text: string) => {
      const kind = kindOfLink(text, location.origin)
      if (kind === null) return false
      begin({ kind, link: text, sameDevice: false })
      return true
    },
    [begin],
  )
  const openMessage = useCallback((message: Uint8Array) => begin({ kind: 'shown', message }), [begin])
  const value = useMemo(() => ({ opened, openLink, openMessage }), [opened, openLink, openMessage])
  return <OpenContext value={value}>{children}</OpenContext>
}

export const useOpenLink = (): Open => useContext(OpenContext)

/** The wallet behind the screens, and what they read of it again after each change. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type Loaded, useLoad } from '../kit/load.tsx'
import type { WalletSettings } from './core/settings.ts'
import type { Knowledge, Wallet } from './core/wallet.ts'

interface Opened {
  readonly wallet: Wallet
  readonly settings: WalletSettings
  /** Grows when something was stored. */
  readonly version: number
  /** Call it after whatever changes what is stored. */
  readonly changed: () => void
  /** Null until it was read for the first time. */
  readonly knowledge: Knowledge | null
  /** Brings the status of the cards up to date. */
  readonly refresh: () => Promise<Knowledge>
}

const WalletContext = createContext<Opened | null>(null)
/** Milliseconds between two looks at the ledger while the wallet is open. */
const EVERY = 60_000

export interface WalletProviderProps {
  readonly wallet: Wallet
  readonly settings: WalletSettings
  readonly children: ReactNode
}

export function WalletProvider({ wallet, settings, children }: WalletProviderProps) {
  const [version, setVersion] = useState(0)
  const [knowledge, setKnowledge] = useState<Knowledge | null>(null)
  const changed = useCallback(() => setVersion(before => before + 1), [])
  const refresh = useCallback(async () => {
    const known = await wallet.refresh()
    setKnowledge(known)
    changed()
    return known
  }, [wallet, changed])
  useEffect(() => {
    const look = () => void refresh().catch(() => undefined)
    const onVisible = () => document.visibilityState === 'visible' && look()
    look()
    const timer = setInterval(onVisible, EVERY)
    for (const event of ['online', 'offline']) addEventListener(event, look)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      clearInterval(timer)
      for (const event of ['online', 'offline']) removeEventListener(event, look)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [refresh])
  const opened = useMemo(
    () => ({ wallet, settings, version, changed, knowledge, refresh }),
    [wallet, settings, version, changed, knowledge, refresh],
  )
  return <WalletContext value={opened}>{children}</WalletContext>
}

export function useWallet(): Opened {
  const opened = useContext(WalletContext)
  if (opened === null) throw new TypeError('a screen of the wallet is used outside of its provider')
  return opened
}

/** Something that the wallet has stored; read again after each change. */
export function useStored<Value>(read: (wallet: Wallet) => Promise<Value>): Loaded<Value> {
  const { wallet, version } = useWallet()
  const [loaded] = useLoad(() => read(wallet), [wallet, version])
  return loaded
}

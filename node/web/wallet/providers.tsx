import type { ReactNode } from 'react'
import type { WalletSettings } from './core/settings.ts'
import type { Wallet } from './core/wallet.ts'
import { OpenLinkProvider } from './open-link.tsx'
import { PreferencesProvider } from './preferences.tsx'
import { WalletProvider } from './wallet-context.tsx'

export interface ProvidersProps {
  readonly wallet: Wallet
  readonly settings: WalletSettings
  readonly children: ReactNode
}

/** What every screen of the wallet needs. */
export function Providers({ wallet, settings, children }: ProvidersProps) {
  return (
    <WalletProvider wallet={wallet} settings={settings}>
      <PreferencesProvider>
        <OpenLinkProvider>{children}</OpenLinkProvider>
      </PreferencesProvider>
    </WalletProvider>
  )
}

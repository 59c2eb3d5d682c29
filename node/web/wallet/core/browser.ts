import { type Clock, systemTimer } from '../../../lib/time.ts'
import { walletReturn } from '../../../lib/wallet-link.ts'
import { browserLockPasskey } from './browser-lock-passkey.ts'
import { BrowserPasskey } from './browser-passkey.ts'
import { openWallet } from './open.ts'
import type { WalletSettings } from './settings.ts'
import { IndexedDbStore } from './store/indexed-db.ts'
import type { Wallet } from './wallet.ts'

/** The wallet of this browser. */
export function openBrowserWallet(settings: WalletSettings, clock: Clock): Promise<Wallet> {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  return openWallet({
    ...{ settings, clock, random },
    returnUri: walletReturn(location.origin),
    store: new IndexedDbStore(),
    passkey: new BrowserPasskey(random),
    lockPasskey: browserLockPasskey,
    fetcher: (input, init) => fetch(input, init),
    subtle: crypto.subtle,
    timer: systemTimer,
    persist: async () => (await navigator.storage?.persist?.()) ?? false,
  })
}

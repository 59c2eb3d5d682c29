/** Composes what leads to a card: applications, offers and the messages of OpenID4VCI. */
import type { Config } from '../config/schema.ts'
import type { Cards } from '../credential/cards.ts'
import { Applications } from '../issuer/applications/applications.ts'
import type { Journal } from '../issuer/journal.ts'
import { Offers } from '../issuer/offers/offers.ts'
import { Oid4vci, type Oid4vciOptions } from '../issuer/oid4vci/oid4vci.ts'
import type { Online } from '../issuer/online/online.ts'
import type { Random } from '../lib/random.ts'
import type { Clock } from '../lib/time.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'

export interface WalletProtocolOptions
  extends Required<Pick<Oid4vciOptions, 'issuing' | 'notified' | 'walletProviders' | 'metadataSigner'>> {
  readonly renewals: (applications: Applications) => Oid4vciOptions['renewals']
  readonly config: Pick<
    Config,
    'publicUrl' | 'walletUrl' | 'authority' | 'walletAttestation' | 'haip' | 'walletsShowingDigits'
  >
  readonly cards: Cards
  /** The install's master key. */
  readonly master: Uint8Array
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  /** The online application; absent: cards are applied for in person only. */
  readonly online?: (parts: Pick<WalletProtocol, 'applications' | 'offers'>) => Online | null
}

export interface WalletProtocol {
  readonly applications: Applications
  readonly offers: Offers
  readonly oid4vci: Oid4vci
  readonly online: Online | null
  readonly renewals: Oid4vciOptions['renewals']
}

export function composeWalletProtocol({
  config,
  vault,
  online: openOnline,
  ...parts
}: WalletProtocolOptions): WalletProtocol {
  const { publicUrl, walletUrl, authority, walletAttestation, haip, walletsShowingDigits } = config
  const applications = new Applications(parts)
  const offers = new Offers({ ...parts, vault, applications, publicUrl })
  const online = openOnline?.({ applications, offers }) ?? null
  const renewals = parts.renewals(applications)
  const own = { applications, offers, online, renewals, publicUrl, walletUrl, authority }
  const oid4vci = new Oid4vci({ ...parts, ...own, walletAttestation, haip, walletsShowingDigits })
  return { applications, offers, oid4vci, online, renewals }
}

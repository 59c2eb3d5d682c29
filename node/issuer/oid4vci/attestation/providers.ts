/** Wallet providers: the organisations that may attest wallets and keys (docs/council.md, Admit a wallet provider). */
import type { Hex } from '../../../lib/bytes.ts'
import type { Clock } from '../../../lib/time.ts'
import { PROVIDE_WALLET, purposeHash } from '../../../proof/registries/purpose.ts'
import { KeyUse } from '../../../proof/registries/records.ts'
import { readAdmitted } from '../../../registries/admitted.ts'
import type { Registries } from '../../../registries/contracts.ts'
import type { WalletStops } from '../../wallet-stops/wallet-stops.ts'

const PROVIDER = { use: KeyUse.WALLET, purpose: purposeHash(PROVIDE_WALLET) }

export interface WalletProviders {
  /**
   * The organisation of this key, if it may attest wallets now; otherwise null.
   * @throws {LedgerError} if the ledger does not answer
   */
  admitted(keyId: Hex): Promise<number | null>
  /** The registered name of the key's organisation; null if it cannot be found now. */
  nameOf(keyId: Hex): Promise<string | null>
}

/**
 * Asks the trust registry at its newest block for each attestation, so that a provider is refused as soon as the block is
 * there that ends its grant. A provider that two operators stopped is refused from their decision on.
 */
export class LedgerWalletProviders implements WalletProviders {
  constructor(
    private readonly registries: Registries,
    private readonly clock: Clock,
    /** Providers that this authority stopped, whatever the ledger says. */
    private readonly stops: Pick<WalletStops, 'endsIssuing'>,
    readonly nameOf: WalletProviders['nameOf'],
  ) {}

  async admitted(keyId: Hex): Promise<number | null> {
    const found = await readAdmitted(this.registries, keyId, PROVIDER, this.clock)
    return found && !this.stops.endsIssuing(found.org) ? found.org : null
  }
}

/** Wallet providers: the organisations that may attest wallets and keys (docs/council.md, Admit a wallet provider). */
import { isUnreachable } from '../../../ledger/errors.ts'
import type { Hex } from '../../../lib/bytes.ts'
import type { Clock } from '../../../lib/time.ts'
import { PROVIDE_WALLET, purposeHash } from '../../../proof/registries/purpose.ts'
import { KeyUse } from '../../../proof/registries/records.ts'
import { type AdmissionRecords, admittedKey, readAdmitted } from '../../../registries/admitted.ts'
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
 * there that ends its grant. A provider that two operators stopped is refused from their decision on. While the ledger is
 * out of reach, the records of the newest block that this node has proved count: wallets that wait get temporary cards
 * then (docs/decisions/199).
 */
export class LedgerWalletProviders implements WalletProviders {
  constructor(
    private readonly registries: Registries,
    private readonly clock: Clock,
    /** Providers that this authority stopped, whatever the ledger says. */
    private readonly stops: Pick<WalletStops, 'endsIssuing'>,
    readonly nameOf: WalletProviders['nameOf'],
    /** The records as last known; null if none are. */
    private readonly lastKnown: (keyId: Hex) => Promise<AdmissionRecords | null>,
  ) {}

  async admitted(keyId: Hex): Promise<number | null> {
    const org = await this.#admittedBy(keyId)
    return org === null || this.stops.endsIssuing(org) ? null : org
  }

  async #admittedBy(keyId: Hex): Promise<number | null> {
    try {
      return (await readAdmitted(this.registries, keyId, PROVIDER, this.clock))?.org ?? null
    } catch (error) {
      const known = isUnreachable(error) ? await this.lastKnown(keyId) : null
      if (!known) throw error
      return admittedKey(known, PROVIDER.use, this.clock())?.org ?? null
    }
  }
}

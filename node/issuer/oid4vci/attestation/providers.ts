/** Wallet providers: the organisations that may attest wallets and keys (docs/council.md, Admit a wallet provider). */
import { type Hex, parseQuantity } from '../../../lib/bytes.ts'
import type { Clock } from '../../../lib/time.ts'
import { contains } from '../../../proof/registries/interval.ts'
import { PROVIDE_WALLET, purposeHash } from '../../../proof/registries/purpose.ts'
import { KeyUse } from '../../../proof/registries/records.ts'
import type { Registries } from '../../../registries/contracts.ts'
import { readGrant, readKey, readOrganisation } from '../../../registries/reads.ts'
import type { WalletStops } from '../../wallet-stops/wallet-stops.ts'

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
  readonly #purpose = purposeHash(PROVIDE_WALLET)

  constructor(
    private readonly registries: Registries,
    private readonly clock: Clock,
    /** Providers that this authority stopped, whatever the ledger says. */
    private readonly stops: Pick<WalletStops, 'endsIssuing'>,
    readonly nameOf: WalletProviders['nameOf'],
  ) {}

  async admitted(keyId: Hex): Promise<number | null> {
    const { ledger } = this.registries
    const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as Record<string, unknown> | null
    const block = parseQuantity(head?.number, 'block')
    // A block may be dated later than this clock. What it ended has ended.
    const now = Math.max(this.clock(), parseQuantity(head?.timestamp, 'block time'))
    const key = await readKey(this.registries, keyId, block)
    if (!key || !contains(key, now) || key.distrustedFrom !== null || (key.uses & KeyUse.WALLET) === 0) return null
    const [organisation, grant] = await Promise.all([
      readOrganisation(this.registries, key.org, block),
      readGrant(this.registries, key.org, this.#purpose, block),
    ])
    const live = organisation && grant && contains(organisation, now) && contains(grant, now)
    return live && !this.stops.endsIssuing(key.org) ? key.org : null
  }
}

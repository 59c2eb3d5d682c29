import type { Redemption } from '../../applications/application.ts'
import type { AttestedWallet } from '../attestation/client-attestation.ts'
import type { WalletProviders } from '../attestation/providers.ts'

/** The client_id of this project's wallet, which shows the two digits. */
export const OWN_WALLET = 'dojang-wallet'

/**
 * A client_id that a clerk is shown: ASCII (RFC 6749 Appendix A.1) and short. A wallet without an attestation chooses it
 * freely, and could otherwise write a sentence on the clerk's screen, or turn the direction of its text.
 */
const SHOWN = /^[\x21-\x7e]{1,80}$/

/** What a clerk is told of the wallet that redeems an offer. */
export class RedeemingWallets {
  readonly #showingDigits: ReadonlySet<string>

  constructor(
    private readonly providers: Pick<WalletProviders, 'nameOf'>,
    showingDigits: readonly string[],
  ) {
    this.#showingDigits = new Set([OWN_WALLET, ...showingDigits])
  }

  /**
   * The name is the provider's on the ledger if the wallet is attested. A client_id without an attestation is only what the
   * wallet says of itself.
   * @throws {LedgerError} if the provider's name cannot be looked up
   */
  async describe(
    attested: AttestedWallet | null,
    clientId: string | null,
  ): Promise<Pick<Redemption, 'walletName' | 'walletVerified' | 'showsDigits'>> {
    const name = attested && (await this.providers.nameOf(attested.attester))
    return {
      walletName: name ?? (clientId !== null && SHOWN.test(clientId) ? clientId : null),
      walletVerified: attested !== null,
      showsDigits: clientId !== null && this.#showingDigits.has(clientId),
    }
  }
}

/**
 * What a wallet is told about the card that it has: when it can be renewed and where, whether it is outdated, and who suspended
 * it. It is no part of OpenID4VCI. The wallet asks with an access token of its refresh token, rarely and at random times, so that
 * the issuer cannot tell from the requests when a card is used. The answer has no personal data.
 * Why: docs/decisions/196.
 */
import type { Clock } from '../../../lib/time.ts'
import type { Applications } from '../../applications/applications.ts'
import type { CardState, Renewals } from '../../renewal/renewals.ts'
import type { WalletProviders } from '../attestation/providers.ts'
import type { Dpop } from '../dpop/dpop.ts'
import type { Endpoints } from '../endpoints.ts'
import { challengeReply, errorReply, OAuthError } from '../errors.ts'
import { type Exchange, type Reply, reply } from '../exchange.ts'
import { authenticate } from '../resource.ts'
import type { AccessToken, AccessTokens } from '../token/access-tokens.ts'

export interface CardStateEndpointOptions {
  readonly endpoints: Endpoints
  readonly applications: Pick<Applications, 'require'>
  readonly tokens: AccessTokens
  readonly dpop: Dpop
  readonly renewals: Pick<Renewals, 'state'>
  readonly providers: Pick<WalletProviders, 'admitted'>
  readonly clock: Clock
}

export class CardStateEndpoint {
  constructor(private readonly options: CardStateEndpointOptions) {}

  async handle(exchange: Exchange): Promise<Reply> {
    const { endpoints, tokens, dpop } = this.options
    const headers = { 'DPoP-Nonce': dpop.nonce() }
    let token: AccessToken | null
    try {
      token = authenticate(exchange, endpoints.cardState, tokens, dpop)
    } catch (error) {
      if (error instanceof OAuthError) return challengeReply(error, headers)
      throw error
    }
    if (!token) return challengeReply(null, headers)
    const { applications, renewals } = this.options
    const state = await renewals.state(applications.require(token.application))
    if (!state) return errorReply(new OAuthError('invalid_request', 'there is no card yet'), headers)
    return reply(200, answerOf(state, await this.#isStopped(token)), headers)
  }

  /** Whether the provider of the wallet is no longer admitted: the wallet then gets no further card. */
  async #isStopped({ wallet }: AccessToken): Promise<boolean> {
    return wallet !== undefined && (await this.options.providers.admitted(wallet.attester)) === null
  }
}

/** docs/renewal.md#what-the-issuer-tells-the-wallet. */
const answerOf = ({ dueFrom, expiresAt, isOutdated, atHome, suspension }: CardState, isStopped: boolean) => ({
  renewal: { from: dueFrom, until: expiresAt, at: atHome ? 'home' : 'counter' },
  outdated: isOutdated,
  suspension,
  wallet_stopped: isStopped,
})

/**
 * Token endpoint (OpenID4VCI 1.0 §6, RFC 6749 §5). One commit marks the code as used and stores the token, so that after a
 * crash either both are stored or neither.
 */
import { z } from 'zod'
import type { Cards } from '../../../credential/cards.ts'
import { redemptionDigits } from '../../../credential/redemption-digits.ts'
import type { Hex } from '../../../lib/bytes.ts'
import type { Clock } from '../../../lib/time.ts'
import type { Store } from '../../../store/store.ts'
import type { Application } from '../../applications/application.ts'
import type { AuthorizationCodes } from '../../authorization/codes.ts'
import { hashOf } from '../../bearer-secrets.ts'
import { OfferError } from '../../offers/errors.ts'
import type { Offer } from '../../offers/offer.ts'
import type { Offers } from '../../offers/offers.ts'
import type { AttestedWallet, ClientAttestation } from '../attestation/client-attestation.ts'
import type { Dpop } from '../dpop/dpop.ts'
import type { Endpoints } from '../endpoints.ts'
import { errorReply, OAuthError } from '../errors.ts'
import { type Exchange, type Reply, reply } from '../exchange.ts'
import { checkForm, type Form, parseForm } from '../form.ts'
import { PRE_AUTHORIZED_CODE } from '../metadata/server-metadata.ts'
import { type AccessToken, type AccessTokens, TOKEN_LIFETIME } from './access-tokens.ts'
import { parseAuthorizationDetails, requireOffered } from './authorization-details.ts'
import type { RedeemingWallets } from './redeeming-wallets.ts'
import type { RefreshTokens } from './refresh-tokens.ts'

const common = { client_id: z.string().max(1024).optional(), authorization_details: z.string().optional() }

/** Other members are ignored (RFC 6749 §3.2). */
const preAuthorized = z.object({
  ...common,
  'pre-authorized_code': z.string().max(256),
  tx_code: z.string().max(64).optional(),
})
const authorizationCode = z.object({
  ...common,
  code: z.string().max(256),
  redirect_uri: z.string().max(2048),
  code_verifier: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{43,128}$/)
    .optional(),
})

const refreshToken = z.object({ ...common, refresh_token: z.string().max(256), scope: z.string().max(1024).optional() })

type AuthorizationCodeRequest = z.infer<typeof authorizationCode>

/** RFC 6749 §5.1, OpenID4VCI 1.0 §6.2. */
interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'DPoP'
  /** Seconds. */
  readonly expires_in: number
  /** Absent in the response to a refresh token, which stays valid. */
  readonly refresh_token?: string
  /** The granted scope, which may differ from the requested one (RFC 6749 §3.3). */
  readonly scope?: string
  readonly authorization_details?: readonly {
    readonly type: string
    readonly credential_configuration_id: string
    readonly credential_identifiers: readonly string[]
  }[]
}

export interface TokenEndpointOptions {
  readonly endpoints: Endpoints
  readonly cards: Cards
  readonly store: Store
  readonly offers: Offers
  readonly codes: AuthorizationCodes
  readonly clock: Clock
  readonly tokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly dpop: Dpop
  readonly clientAttestation: ClientAttestation
  readonly redeemingWallets: RedeemingWallets
}

interface Client {
  /** Thumbprint of its DPoP key. */
  readonly jkt: string
  readonly wallet: AttestedWallet | null
}

export class TokenEndpoint {
  constructor(private readonly options: TokenEndpointOptions) {}

  async handle(exchange: Exchange): Promise<Reply> {
    const { dpop, endpoints, clientAttestation } = this.options
    // RFC 6749 §5.1 requires both headers that prevent storing a token.
    const headers = () => ({ 'DPoP-Nonce': dpop.nonce(), ...clientAttestation.headers(exchange), Pragma: 'no-cache' })
    try {
      const { form, grant } = this.#parse(exchange)
      const jkt = dpop.verify(exchange.dpop, { method: 'POST', url: endpoints.token })
      const wallet = await clientAttestation.authenticate(exchange, form, jkt)
      return reply(200, await grant({ jkt, wallet }), headers())
    } catch (error) {
      const refused = error instanceof OfferError ? invalidGrant() : error
      if (refused instanceof OAuthError) return errorReply(refused, headers())
      throw error
    }
  }

  /** Parses the request into a function that grants it to a client. */
  #parse(exchange: Exchange): { readonly form: Form; readonly grant: (client: Client) => Promise<TokenResponse> } {
    const form = parseForm(exchange)
    switch (form.grant_type) {
      case undefined:
        throw new OAuthError('invalid_request', 'grant_type is missing')
      case PRE_AUTHORIZED_CODE: {
        const request = checkForm(preAuthorized, form)
        return { form, grant: client => this.#preAuthorizedCode(request, client) }
      }
      case 'authorization_code': {
        const request = checkForm(authorizationCode, form)
        return { form, grant: client => this.#authorizationCode(request, client) }
      }
      case 'refresh_token': {
        const request = checkForm(refreshToken, form)
        return { form, grant: client => this.#refreshToken(request, client) }
      }
      default:
        throw new OAuthError('unsupported_grant_type', 'use authorization_code, pre-authorized_code or refresh_token')
    }
  }

  async #preAuthorizedCode(request: z.infer<typeof preAuthorized>, client: Client): Promise<TokenResponse> {
    const { offers, clock } = this.options
    const { tx_code: txCode } = request
    const ref = offers.byCode(request['pre-authorized_code'])
    requireTxCode(txCode, ref !== undefined && offers.require(ref).boundTo !== undefined)
    if (!ref) throw invalidGrant()
    const byIdentifier = this.#checkDetails(request.authorization_details, ref)
    const clientId = request.client_id ?? client.wallet?.clientId ?? null
    const { redeemingWallets } = this.options
    const wallet = offers.require(ref).confirmed ? await redeemingWallets.describe(client.wallet, clientId) : null
    return offers.redeem(ref, { jkt: client.jkt, txCode }, (application, offer) => {
      const { value, ops } = this.#issue(application, offer, client, { offer: ref, clientId, byIdentifier })
      if (!wallet) return { value, ops }
      const digits = redemptionDigits(client.jkt, request['pre-authorized_code'])
      const redemption = { ...wallet, digits, token: hashOf(value.access_token), at: clock(), confirmedAt: null }
      return { value, ops, redemption }
    })
  }

  async #authorizationCode(request: AuthorizationCodeRequest, client: Client): Promise<TokenResponse> {
    try {
      return await this.#redeemAuthorizationCode(request, client)
    } catch (error) {
      await this.#revokeTokenOf(request.code)
      throw error
    }
  }

  async #redeemAuthorizationCode(request: AuthorizationCodeRequest, client: Client): Promise<TokenResponse> {
    const { codes, offers } = this.options
    const clientId = request.client_id ?? client.wallet?.clientId
    if (clientId === undefined) throw new OAuthError('invalid_request', 'missing or malformed: client_id')
    const code = codes.check(request.code, {
      clientId,
      redirectUri: request.redirect_uri,
      verifier: request.code_verifier,
      jkt: client.jkt,
      instance: client.wallet?.instance ?? null,
    })
    const byIdentifier = this.#checkDetails(request.authorization_details, code.offer) || code.byIdentifier
    return offers.redeemVerified(code.offer, (application, offer) => {
      const { value, ops } = this.#issue(application, offer, client, { offer: code.offer, clientId, byIdentifier })
      return { value, ops: [...ops, codes.redeemed(request.code, value.access_token, TOKEN_LIFETIME)] }
    })
  }

  /** A code that comes a second time may have been stolen, so its tokens end (RFC 6749 §4.1.2). */
  async #revokeTokenOf(code: string): Promise<void> {
    const { codes, tokens, refreshTokens, store } = this.options
    const token = codes.tokenOf(code)
    if (token === undefined) return
    const application = tokens.findByHash(token)?.application
    const refresh = application === undefined ? [] : [refreshTokens.end(application)]
    await store.commit([tokens.revoke(token), ...refresh, codes.end(code)])
  }

  /** RFC 6749 §6. The refresh token stays as it is, so a wallet that got no response asks again. */
  async #refreshToken(request: z.infer<typeof refreshToken>, { jkt, wallet }: Client): Promise<TokenResponse> {
    const { refreshTokens, tokens, cards, store } = this.options
    const clientId = request.client_id ?? wallet?.clientId
    const { application, grant } = refreshTokens.check(request.refresh_token, { jkt, clientId, wallet })
    const card = cards.byVct(application.vct)
    if (!card) throw new OAuthError('invalid_grant', 'this card is no longer issued')
    if (request.scope !== undefined && request.scope !== card.vct) {
      throw new OAuthError('invalid_scope', 'the refresh token is for another scope')
    }
    if (request.authorization_details !== undefined) {
      requireOffered(parseAuthorizationDetails(request.authorization_details), [card.id])
    }
    const { token, op } = tokens.create({
      ...{ application: application.id, offer: grant.offer, jkt, clientId: grant.clientId },
      byIdentifier: grant.byIdentifier,
      ...(wallet && { wallet: { provider: wallet.provider, attester: wallet.attester } }),
      refreshed: true,
    })
    await store.commit([op])
    return this.#response(token, application, card.id, grant.byIdentifier)
  }

  #checkDetails(details: string | undefined, ref: Hex): boolean {
    if (details === undefined) return false
    requireOffered(parseAuthorizationDetails(details), [this.options.offers.require(ref).configuration])
    return true
  }

  #issue(
    application: Application,
    { configuration }: Offer,
    { jkt, wallet }: Client,
    to: Pick<AccessToken, 'offer' | 'clientId' | 'byIdentifier'>,
  ) {
    const { tokens, refreshTokens } = this.options
    const { id } = application
    const access = tokens.create({
      ...to,
      jkt,
      application: id,
      ...(wallet && { wallet: { provider: wallet.provider, attester: wallet.attester } }),
    })
    const attested = wallet && { provider: wallet.provider, instance: wallet.instance }
    const refresh = refreshTokens.create(id, { ...to, jkt, ...(attested && { wallet: attested }) })
    const value = this.#response(access.token, application, configuration, to.byIdentifier)
    return { ops: [access.op, refresh.op], value: { ...value, refresh_token: refresh.token } }
  }

  #response(token: string, { id }: Application, configuration: string, byIdentifier: boolean): TokenResponse {
    const value: TokenResponse = { access_token: token, token_type: 'DPoP', expires_in: TOKEN_LIFETIME }
    const card = this.options.cards.byId(configuration)
    if (!byIdentifier) return card ? { ...value, scope: card.vct } : value
    const details = {
      type: 'openid_credential',
      credential_configuration_id: configuration,
      credential_identifiers: [id],
    }
    return { ...value, authorization_details: [details] }
  }
}

/** The same error for every fault of a code, because the exact reason would help a thief. */
const invalidGrant = () => new OAuthError('invalid_grant', 'the code or the transaction code is not valid')

/** OpenID4VCI 1.0 §6.3. An offer that is bound to a key has no transaction code. */
function requireTxCode(txCode: string | undefined, isBound: boolean): void {
  if (isBound && txCode !== undefined) throw new OAuthError('invalid_request', 'this offer has no tx_code')
  if (!isBound && txCode === undefined) throw new OAuthError('invalid_request', 'missing or malformed: tx_code')
}

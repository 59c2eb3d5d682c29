/**
 * Pushed authorization requests (RFC 9126): the only way to start an authorization-code flow. PKCE with S256 is required.
 * The issuer_state of an offer identifies the application; the applicant then proves the right to it with the transaction
 * code. Without an issuer_state, the applicant signs in at an identity provider, if there is one, or learns where to apply.
 * Why: docs/decisions/053, 187.
 */
import { z } from 'zod'
import type { Cards } from '../../credential/cards.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Store } from '../../store/store.ts'
import type { Offers } from '../offers/offers.ts'
import { type AttestedWallet, CLIENT_ID, type ClientAttestation } from '../oid4vci/attestation/client-attestation.ts'
import type { WalletProviders } from '../oid4vci/attestation/providers.ts'
import type { Dpop } from '../oid4vci/dpop/dpop.ts'
import type { Endpoints } from '../oid4vci/endpoints.ts'
import { errorReply, OAuthError } from '../oid4vci/errors.ts'
import { type Exchange, type Reply, reply } from '../oid4vci/exchange.ts'
import { checkForm, parseForm } from '../oid4vci/form.ts'
import { parseAuthorizationDetails, requireOffered } from '../oid4vci/token/authorization-details.ts'
import { isRedirectUri } from './redirect.ts'
import type { AuthorizationSessions, PushedSession } from './sessions.ts'

/** Seconds in which the applicant must find the code and type it (RFC 9126 §2.2). */
const REQUEST_LIFETIME = 5 * 60

const SIGN_IN_LIFETIME = 15 * 60

export const REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:'

const pushedRequest = z.object({
  // The page shows it, so characters that change the writing direction are excluded.
  client_id: z.string().regex(CLIENT_ID),
  redirect_uri: z.string().max(2048),
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  code_challenge_method: z.literal('S256'),
  issuer_state: z.string().max(256).optional(),
  state: z.string().max(2048).optional(),
  scope: z.string().max(4096).optional(),
  authorization_details: z.string().optional(),
  response_mode: z.literal('query').optional(),
  dpop_jkt: z.string().max(64).optional(),
  request_uri: z.never().optional(),
})
type PushedRequest = z.infer<typeof pushedRequest>

export interface ParEndpointOptions {
  readonly endpoints: Endpoints
  readonly cards: Cards
  readonly store: Store
  readonly offers: Offers
  readonly sessions: AuthorizationSessions
  readonly dpop: Dpop
  readonly clientAttestation: ClientAttestation
  readonly providers: WalletProviders
  /** The redirect URI of the install's own wallet, which may be http on this machine; null if it has none. */
  readonly ownWallet: string | null
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
}

export class ParEndpoint {
  constructor(private readonly options: ParEndpointOptions) {}

  async handle(exchange: Exchange): Promise<Reply> {
    const { dpop, store, sessions, clientAttestation } = this.options
    const headers = { 'DPoP-Nonce': dpop.nonce(), ...clientAttestation.headers(exchange) }
    try {
      const form = parseForm(exchange)
      const jkt = this.#boundTo(exchange, form.dpop_jkt)
      const wallet = await clientAttestation.authenticate(exchange, form, exchange.dpop === undefined ? null : jkt)
      if (form.response_type !== 'code') throw new OAuthError('unsupported_response_type', 'response_type must be code')
      const request = checkForm(pushedRequest, { ...(wallet && { client_id: wallet.clientId }), ...form })
      if (!isRedirectUri(request.redirect_uri, this.options.ownWallet)) {
        throw new OAuthError('invalid_request', 'redirect_uri must be https, or have a scheme of a domain name')
      }
      const { offer, byIdentifier, asked } = this.#requested(request)
      const session = {
        kind: 'request' as const,
        offer,
        clientId: request.client_id,
        redirectUri: request.redirect_uri,
        state: request.state ?? null,
        codeChallenge: request.code_challenge,
        jkt,
        byIdentifier,
        ...(offer === null && { asked }),
        ...(wallet && { wallet: await this.#described(wallet) }),
      }
      const lifetime = this.#lifetimeOf(offer)
      const { secret, op } = sessions.create(session, lifetime)
      await store.commit([op])
      return reply(201, { request_uri: REQUEST_URI_PREFIX + secret, expires_in: lifetime }, headers)
    } catch (error) {
      if (error instanceof OAuthError) return errorReply(error, headers)
      throw error
    }
  }

  /** The offer of the issuer_state, if there is one; the request must be for its card, or else for any card of this issuer. */
  #requested({ issuer_state, scope, authorization_details: details }: PushedRequest) {
    const { offers, cards, haip } = this.options
    const offer = issuer_state === undefined ? null : offers.byIssuerState(issuer_state)
    if (offer === undefined) throw new OAuthError('invalid_request', 'issuer_state does not belong to a valid offer')
    const offered = offer === null ? cards.ids : [offers.require(offer).configuration]
    const detailed = details === undefined ? [] : parseAuthorizationDetails(details)
    if (details !== undefined) requireOffered(detailed, offered)
    // Unknown scopes are ignored (OpenID4VCI 1.0 §5.1.2).
    const scoped = (scope?.split(' ') ?? []).flatMap(name => cards.byVct(name)?.id ?? [])
    // HAIP 1.0 §4.3: the card is named by scope, whatever else names it.
    if (haip || (details === undefined && (scope !== undefined || offer === null))) {
      if (!scoped.some(id => offered.includes(id))) {
        throw new OAuthError('invalid_scope', 'no scope names a credential that is offered')
      }
    }
    return { offer, byIdentifier: details !== undefined, asked: details === undefined ? scoped : detailed }
  }

  /** In seconds. A sign-in at an identity provider takes longer than typing a code. */
  #lifetimeOf(offer: Hex | null): number {
    const signsIn = offer === null || this.options.offers.require(offer).signedIn === true
    return signsIn ? SIGN_IN_LIFETIME : REQUEST_LIFETIME
  }

  /** Thumbprint of the DPoP key that the request proves or names. */
  #boundTo(exchange: Exchange, named: string | undefined): string | null {
    const { dpop, endpoints } = this.options
    if (exchange.dpop === undefined) return named ?? null
    const jkt = dpop.verify(exchange.dpop, { method: 'POST', url: endpoints.par })
    if (named !== undefined && named !== jkt) {
      throw new OAuthError('invalid_dpop_proof', 'dpop_jkt is not the key of the DPoP proof')
    }
    return jkt
  }

  async #described({ attester, provider, instance }: AttestedWallet): Promise<NonNullable<PushedSession['wallet']>> {
    const providerName = (await this.options.providers.nameOf(attester)) ?? `${provider}`
    return { providerName, instance }
  }
}

/**
 * Authorization endpoint (RFC 6749 §4.1), used only with a pushed request. Applicants with an offer of a counter prove with
 * the transaction code that it is theirs; others sign in at the identity provider (online-steps.ts). Wrong codes count towards the same limit of five as at the token endpoint. The authorization code is
 * committed before the browser is redirected to the wallet.
 */
import { z } from 'zod'
import type { Texts } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import type { Hex } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Store } from '../../store/store.ts'
import { OfferError } from '../offers/errors.ts'
import type { Offers } from '../offers/offers.ts'
import type { Endpoints } from '../oid4vci/endpoints.ts'
import { OAuthError } from '../oid4vci/errors.ts'
import { type Exchange, type Reply, singleValues } from '../oid4vci/exchange.ts'
import { checkForm, type Form, parseForm } from '../oid4vci/form.ts'
import { type Browser, NO_BROWSER } from '../online/browser.ts'
import type { AuthorizationCodes } from './codes.ts'
import type { Arrival, OnlineSteps } from './online-steps.ts'
import { expiredPage, signInPage, type Visit, whereToApplyPage } from './page.ts'
import { REQUEST_URI_PREFIX } from './par-endpoint.ts'
import { redirectTarget, redirectTo } from './redirect.ts'
import type { AuthorizationSessions, PushedSession } from './sessions.ts'

const authorizationQuery = z.object({ client_id: z.string().max(1024), request_uri: z.string().max(256) })
const signInForm = authorizationQuery.extend({
  tx_code: z.string().max(64).default(''),
  cancel: z.string().max(16).optional(),
  act: z.string().max(16).optional(),
  card: z.string().max(64).optional(),
  token: z.string().max(64).optional(),
})

export interface AuthorizeEndpointOptions {
  readonly endpoints: Endpoints
  readonly authority: Texts
  readonly cards: Cards
  readonly store: Store
  readonly offers: Offers
  readonly sessions: AuthorizationSessions
  readonly codes: AuthorizationCodes
  /** Null: a card can be applied for in person only. */
  readonly online: OnlineSteps | null
  /** The redirect URI of the install's own wallet; null if it has none. */
  readonly ownWallet: string | null
}

export class AuthorizeEndpoint {
  constructor(private readonly options: AuthorizeEndpointOptions) {}

  /** Shows the page. This changes nothing, so the page may be reloaded. */
  async show(query: URLSearchParams, browser = NO_BROWSER): Promise<Reply> {
    try {
      const { client_id, request_uri } = checkForm(authorizationQuery, singleValues(query))
      const session = this.#session(client_id, request_uri)
      const { online } = this.options
      if (online?.concerns(session)) return await online.show(this.#arrival(session, request_uri, browser))
      const { offer } = session
      return offer === null ? this.#whereToApply(session, request_uri) : this.#signIn(session, offer, request_uri, null)
    } catch (error) {
      return this.#explain(error)
    }
  }

  /** Processes the applicant's form. */
  async submit(exchange: Exchange, browser = NO_BROWSER): Promise<Reply> {
    try {
      return await this.#submit(parseForm(exchange), browser)
    } catch (error) {
      return this.#explain(error)
    }
  }

  async #submit(form: Form, browser: Browser): Promise<Reply> {
    const { offers, codes, sessions, store, online } = this.options
    const { client_id, request_uri, tx_code, cancel, ...step } = checkForm(signInForm, form)
    const session = this.#session(client_id, request_uri)
    const secret = request_uri.slice(REQUEST_URI_PREFIX.length)
    if (cancel !== undefined) {
      await store.commit([sessions.end(secret)])
      return this.#back(session, { error: 'access_denied' })
    }
    if (online?.concerns(session)) {
      return await online.submit(this.#arrival(session, request_uri, browser), step, code =>
        this.#back(session, { code }),
      )
    }
    const { offer } = session
    if (offer === null) return this.#whereToApply(session, request_uri)
    try {
      const code = await offers.verifyTxCode(offer, tx_code.replaceAll(' ', ''), () => {
        // Checked again: the request may have been completed while this one waited for the lock.
        this.#session(client_id, request_uri)
        const created = codes.create(session, offer)
        return { value: created.code, ops: [created.op, sessions.end(secret)] }
      })
      return this.#back(session, { code })
    } catch (error) {
      if (!(error instanceof OfferError)) throw error
      const { detail } = error
      if (detail.code === 'OFFER_TX_CODE_WRONG' && detail.left > 0)
        return this.#signIn(session, offer, request_uri, detail.left)
      await store.commit([sessions.end(secret)])
      return this.#back(session, { error: 'access_denied' })
    }
  }

  /** @throws {OAuthError} invalid_request */
  #session(clientId: string, requestUri: string): PushedSession {
    const secret = requestUri.startsWith(REQUEST_URI_PREFIX) ? requestUri.slice(REQUEST_URI_PREFIX.length) : ''
    const session = this.options.sessions.find('request', secret)
    if (session?.clientId !== clientId) throw new OAuthError('invalid_request', 'request_uri is unknown or expired')
    return session
  }

  #arrival(session: PushedSession, requestUri: string, browser: Browser): Arrival {
    const secret = requestUri.slice(REQUEST_URI_PREFIX.length)
    return { session, requestUri, secret, browser, page: this.#visit(session, requestUri) }
  }

  #signIn(session: PushedSession, offer: Hex, requestUri: string, triesLeft: number | null): Reply {
    const { configuration } = this.options.offers.require(offer)
    const card = this.options.cards.byId(configuration)
    const name = card?.display.name ?? { ko: configuration, en: configuration }
    return signInPage({ ...this.#visit(session, requestUri), card: name, triesLeft })
  }

  #whereToApply(session: PushedSession, requestUri: string): Reply {
    return whereToApplyPage(this.#visit(session, requestUri))
  }

  #visit({ clientId, redirectUri, wallet }: PushedSession, requestUri: string): Visit {
    const { authority, ownWallet } = this.options
    const provider = wallet?.providerName ?? null
    const target = redirectTarget(redirectUri)
    return { authority, clientId, provider, isOwnWallet: redirectUri === ownWallet, target, requestUri }
  }

  /** With `iss`, so that a wallet cannot be made to mix up two servers (RFC 9207). */
  #back({ redirectUri, state }: PushedSession, parameters: Readonly<Record<string, string>>): Reply {
    const location = redirectTo(redirectUri, { ...parameters, state, iss: this.options.endpoints.issuer })
    return {
      status: 303,
      headers: { Location: location, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
      body: '',
    }
  }

  /** Shows a page, because an untrusted request must not cause a redirect (RFC 6749 §4.1.2.1). */
  #explain(error: unknown): Reply {
    if (error instanceof OAuthError || error instanceof OfferError || error instanceof ParseError) return expiredPage()
    throw error
  }
}

/**
 * The steps of the authorization page for an application online: without an offer, or with the offer of somebody who applied
 * at the authority's site. The applicant signs in at the identity provider, sees what the card states and which app receives
 * it, and agrees. The code is committed together with the application.
 * Why: docs/decisions/187-an-application-may-begin-in-the-wallet.md.
 */
import type { CardDefinition, Texts } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { equalSecret } from '../../keys/secret.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { WriteOp } from '../../store/store.ts'
import type { Applications } from '../applications/applications.ts'
import { OfferError } from '../offers/errors.ts'
import type { Offers } from '../offers/offers.ts'
import { OAuthError } from '../oid4vci/errors.ts'
import type { Reply } from '../oid4vci/exchange.ts'
import type { Browser } from '../online/browser.ts'
import { OnlineError } from '../online/errors.ts'
import { failureReply } from '../online/failures.ts'
import { askedGuardian, isKnownWallet, type Online } from '../online/online.ts'
import { AGAIN, linkTo } from '../online/pages/outcome.ts'
import { reviewPage } from '../online/pages/review.ts'
import { startPage } from '../online/pages/start.ts'
import { redirect } from '../online/sign-ins.ts'
import { formToken, type Visit } from '../online/visits.ts'
import type { AuthorizationCodes } from './codes.ts'
import { backForm, formAction, type Visit as PageVisit, receivePage, receiver, whereToApplyPage } from './page.ts'
import type { AuthorizationSessions, PushedSession } from './sessions.ts'

export interface OnlineStepsOptions {
  /** Of the authorization endpoint. */
  readonly url: string
  /** The public URL. */
  readonly issuer: string
  readonly authority: Texts
  readonly cards: Cards
  readonly applications: Pick<Applications, 'require'>
  readonly offers: Offers
  readonly sessions: AuthorizationSessions
  readonly codes: AuthorizationCodes
  readonly online: Online
}

/** A browser at the authorization page, with a pushed request. */
export interface Arrival {
  readonly session: PushedSession
  readonly requestUri: string
  /** The part of `requestUri` by which the session is stored. */
  readonly secret: string
  readonly browser: Browser
  readonly page: PageVisit
}

export interface OnlineForm {
  readonly act?: string | undefined
  readonly card?: string | undefined
  readonly token?: string | undefined
}

export class OnlineSteps {
  constructor(private readonly options: OnlineStepsOptions) {}

  /** Whether the request is of this kind, and not of an applicant with a transaction code. */
  concerns({ offer }: PushedSession): boolean {
    return offer === null || this.options.offers.require(offer).signedIn === true
  }

  show(arrival: Arrival): Promise<Reply> {
    return this.#explained(arrival, () => this.#show(arrival))
  }

  /** @param back makes the redirect to the wallet */
  submit(arrival: Arrival, form: OnlineForm, back: (code: string) => Reply): Promise<Reply> {
    return this.#explained(arrival, () => this.#submit(arrival, form, back))
  }

  async #show(arrival: Arrival): Promise<Reply> {
    const { session, browser } = arrival
    const { online } = this.options
    this.#requireKnownWallet(session)
    const cards = this.#cardsOf(session)
    if (cards.length === 0) return whereToApplyPage(arrival.page)
    const { cookie } = browser
    const visit = online.visits.find(cookie)
    if (!visit || cookie === null || !isHere(visit, arrival)) return this.#start(arrival, cards)
    const hidden = { ...this.#hidden(arrival), token: formToken(cookie) }
    if (session.offer === null) return this.#review(arrival, visit, hidden)
    const isApplicant = visit.person === this.#applicantOf(session.offer)
    if (!isApplicant) return this.#start(arrival, cards, new OnlineError({ code: 'ONLINE_OTHER_PERSON' }).text)
    const [card] = cards
    return receivePage(arrival.page, card?.display.name ?? this.options.authority, hidden)
  }

  async #submit(arrival: Arrival, form: OnlineForm, back: (code: string) => Reply): Promise<Reply> {
    const { online } = this.options
    const { session, browser, requestUri } = arrival
    if (!browser.isOwnPage) throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    this.#requireKnownWallet(session)
    switch (form.act) {
      case 'sign-in': {
        const card = this.#cardsOf(session).find(({ id }) => id === form.card)
        if (!card) throw new OAuthError('invalid_request', 'no such card is asked for')
        const { clientId } = session
        return online.signIns.begin({ kind: 'wallet', clientId, requestUri, card: card.id }, browser)
      }
      case 'ask': {
        const { visit } = this.#visitOf(arrival, form)
        await online.applications.askGuardian(visit, this.#cardOf(visit))
        return redirect(this.#address(arrival))
      }
      case 'agree': {
        const { visit, cookie } = this.#visitOf(arrival, form)
        const code = await online.applications.grant(visit, this.#cardOf(visit), ({ ref }) =>
          this.#code(arrival, ref, cookie),
        )
        return this.#done(back(code))
      }
      case 'receive': {
        const { visit, cookie } = this.#visitOf(arrival, form)
        const { offer } = session
        if (offer === null) throw new OAuthError('invalid_request', 'there is no offer')
        const code = await this.options.offers.confirmSignedIn(offer, visit.person, () =>
          this.#code(arrival, offer, cookie),
        )
        return this.#done(back(code))
      }
      default:
        throw new OAuthError('invalid_request', 'missing or malformed: act')
    }
  }

  /** The request is looked up again: it may have been completed while this one waited. */
  #code({ secret }: Arrival, offer: Parameters<AuthorizationCodes['create']>[1], cookie: string) {
    const { sessions, codes, online } = this.options
    const session = sessions.find('request', secret)
    if (!session) throw new OAuthError('invalid_request', 'request_uri is unknown or expired')
    const { code, op } = codes.create(session, offer)
    const ops: readonly WriteOp[] = [op, sessions.end(secret), online.visits.end(cookie)]
    return { value: code, ops }
  }

  #done(reply: Reply): Reply {
    return { ...reply, headers: { ...reply.headers, ...this.options.online.cookie.end() } }
  }

  #start(arrival: Arrival, cards: readonly CardDefinition[], notice?: Texts): Reply {
    const { authority, online } = this.options
    return startPage({
      ...{ authority, cards, provider: online.setting, action: 'authorize', hidden: this.#hidden(arrival) },
      ...{ receiver: receiver(arrival.page), wallet: arrival.page.target.source },
      ...(notice && { notice }),
    })
  }

  async #review(arrival: Arrival, visit: Visit, hidden: Readonly<Record<string, string>>): Promise<Reply> {
    const { authority, online, issuer } = this.options
    const card = this.#cardOf(visit)
    const found = await online.applications.standingOf(visit.person, card)
    return reviewPage({
      ...{ ...found, authority, card, hidden, action: 'authorize', receiver: receiver(arrival.page) },
      ...{ formAction: formAction(arrival.page), hasCancel: true },
      guardian: askedGuardian(online, issuer, found.standing),
    })
  }

  /** @throws {OnlineError} ONLINE_SIGN_IN_ENDED without a visit for this request, or for a form of another page */
  #visitOf(arrival: Arrival, { token = '' }: OnlineForm): { readonly visit: Visit; readonly cookie: string } {
    const { cookie } = arrival.browser
    const visit = this.options.online.visits.find(cookie)
    if (cookie === null || !visit || !isHere(visit, arrival) || !equalSecret(token, formToken(cookie))) {
      throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    }
    return { visit, cookie }
  }

  /** The cards that the wallet asks for and that can be applied for online; with an offer, its card. */
  #cardsOf({ offer, asked = [] }: PushedSession): readonly CardDefinition[] {
    const { offers, cards, online } = this.options
    if (offer !== null) return [cards.byId(offers.require(offer).configuration)].filter(card => card !== undefined)
    return online.applications.cards.filter(({ id }) => asked.includes(id))
  }

  #cardOf({ purpose }: Visit): CardDefinition {
    const card = purpose.kind === 'guardian' ? undefined : this.options.cards.byId(purpose.card)
    if (!card) throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    return card
  }

  #applicantOf(offer: Parameters<Offers['require']>[0]) {
    return this.options.applications.require(this.options.offers.require(offer).application).person
  }

  /** @throws {OnlineError} ONLINE_WALLET_UNKNOWN */
  #requireKnownWallet({ redirectUri }: PushedSession): void {
    if (!isKnownWallet(this.options.online, redirectUri)) throw new OnlineError({ code: 'ONLINE_WALLET_UNKNOWN' })
  }

  #hidden({ session, requestUri }: Arrival) {
    return { request_uri: requestUri, client_id: session.clientId }
  }

  #address(arrival: Arrival): string {
    return `${this.options.url}?${new URLSearchParams(this.#hidden(arrival))}`
  }

  async #explained(arrival: Arrival, step: () => Promise<Reply>): Promise<Reply> {
    try {
      return await step()
    } catch (error) {
      if (error instanceof OAuthError || error instanceof OfferError || error instanceof ParseError) throw error
      const again = `${linkTo(this.#address(arrival), AGAIN)}${backForm(arrival.page)}`
      return failureReply(this.options.authority, error, again, formAction(arrival.page))
    }
  }
}

/** A visit for this request; or, if the request is for an offer, of an applicant at the site. */
function isHere({ purpose }: Visit, { session, requestUri }: Arrival): boolean {
  switch (purpose.kind) {
    case 'wallet':
      return purpose.requestUri === requestUri
    case 'site':
      return session.offer !== null
    case 'guardian':
      return false
  }
}

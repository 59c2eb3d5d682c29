/**
 * The pages of the online application at the authority's site: choose a card, sign in, check, open the wallet; and those of a
 * guardian. The identity provider sends every sign-in back here, also those that began at the authorization page.
 */
import { z } from 'zod'
import type { CardDefinition, Texts } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { equalSecret } from '../../keys/secret.ts'
import type { Clock } from '../../lib/time.ts'
import type { Store } from '../../store/store.ts'
import { OAuthError } from '../oid4vci/errors.ts'
import type { Exchange, Reply } from '../oid4vci/exchange.ts'
import { checkForm, parseForm } from '../oid4vci/form.ts'
import type { Browser } from './browser.ts'
import { OnlineError } from './errors.ts'
import { failureReply } from './failures.ts'
import { askedGuardian, guardianLink, type Online } from './online.ts'
import { AGAIN, consentPage, decidedPage, handoutPage, linkTo } from './pages/outcome.ts'
import { reviewPage } from './pages/review.ts'
import { guardianStartPage, startPage } from './pages/start.ts'
import { redirect } from './sign-ins.ts'
import { formToken, type Purpose, type Visit } from './visits.ts'

export interface ApplyEndpointOptions {
  readonly publicUrl: string
  /** Of the authorization endpoint. */
  readonly authorizeUrl: string
  readonly walletUrl: string
  readonly authority: Texts
  readonly cards: Cards
  readonly store: Store
  readonly online: Online
  readonly clock: Clock
}

const signInForm = z.union([
  z.object({ act: z.literal('guardian'), code: z.string().max(40) }),
  z.object({ act: z.literal('sign-in'), card: z.string().max(64) }),
])
const reviewForm = z.object({ act: z.enum(['agree', 'ask', 'consent', 'refuse']), token: z.string().max(64) })

/** A browser whose person signed in. */
interface Present {
  readonly visit: Visit
  readonly cookie: string
}

export class ApplyEndpoint {
  constructor(private readonly options: ApplyEndpointOptions) {}

  home(): Reply {
    const { authority, online } = this.options
    return startPage({
      ...{ authority, cards: online.applications.cards, provider: online.setting, action: 'sign-in' },
      ...{ hidden: {}, receiver: '', wallet: null },
    })
  }

  /** The page to which the applicant's link leads. It shows nothing of the application. */
  guardian(query: URLSearchParams): Reply {
    const { authority, online } = this.options
    return guardianStartPage(authority, online.setting, (query.get('code') ?? '').slice(0, 40))
  }

  async signIn(exchange: Exchange, browser: Browser): Promise<Reply> {
    const { online } = this.options
    return this.#explained(null, async () => {
      const form = checkForm(signInForm, parseForm(exchange))
      if (!browser.isOwnPage) throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
      if (form.act === 'guardian') return online.signIns.begin({ kind: 'guardian', code: form.code }, browser)
      const card = online.applications.cards.find(({ id }) => id === form.card)
      if (!card) throw new OAuthError('invalid_request', 'no such card')
      return online.signIns.begin({ kind: 'site', card: card.id }, browser)
    })
  }

  /** The provider's answer, which the browser brings. */
  async callback(answer: URLSearchParams, browser: Browser): Promise<Reply> {
    const { signIns } = this.options.online
    let purpose: Purpose | null = null
    return this.#explained(
      () => purpose,
      async () => {
        const taken = await signIns.take(answer, browser)
        purpose = taken.purpose
        return redirect(this.#pageOf(purpose), await signIns.finish(answer, taken))
      },
    )
  }

  /** What somebody who signed in can decide. */
  async review(browser: Browser): Promise<Reply> {
    const found = this.#find(browser)
    return this.#explained(found?.visit.purpose ?? null, async () => {
      if (!found) throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
      return found.visit.purpose.kind === 'guardian' ? this.#consent(found) : this.#application(found)
    })
  }

  async submit(exchange: Exchange, browser: Browser): Promise<Reply> {
    const found = this.#find(browser)
    return this.#explained(found?.visit.purpose ?? null, async () => {
      const { act, token } = checkForm(reviewForm, parseForm(exchange))
      if (!found || !browser.isOwnPage || !equalSecret(token, formToken(found.cookie))) {
        throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
      }
      switch (act) {
        case 'agree':
          return this.#agree(found)
        case 'ask':
          return this.#ask(found)
        case 'consent':
          return this.#decide(found, 'agreed')
        case 'refuse':
          return this.#decide(found, 'refused')
      }
    })
  }

  async #application({ visit, cookie }: Present): Promise<Reply> {
    const { authority, online, publicUrl, walletUrl, clock } = this.options
    const card = this.#cardOf(visit)
    const { handout } = visit
    if (handout && clock() < handout.expiresAt) return handoutPage(authority, card, handout.offerUrl, walletUrl)
    const found = await online.applications.standingOf(visit.person, card)
    return reviewPage({
      ...{ ...found, authority, card, action: 'review', hidden: { token: formToken(cookie) } },
      ...{ receiver: '', formAction: `'self'`, hasCancel: false },
      guardian: askedGuardian(online, publicUrl, found.standing),
    })
  }

  async #agree({ visit, cookie }: Present): Promise<Reply> {
    const { applications, visits } = this.options.online
    await applications.grant(visit, this.#cardOf(visit), ({ offerUrl, expiresAt }, application) => ({
      value: null,
      ops: [visits.replace(cookie, { ...visit, application, handout: { offerUrl, expiresAt } })],
    }))
    return redirect(this.#at('review'))
  }

  async #ask({ visit }: Present): Promise<Reply> {
    await this.options.online.applications.askGuardian(visit, this.#cardOf(visit))
    return redirect(this.#at('review'))
  }

  async #consent({ visit, cookie }: Present): Promise<Reply> {
    const { authority, online } = this.options
    const { card, applicant } = await online.consents.find(codeOf(visit), visit.person)
    return consentPage({ authority, card, applicant: applicant.facts, hidden: { token: formToken(cookie) } })
  }

  async #decide({ visit, cookie }: Present, decision: 'agreed' | 'refused'): Promise<Reply> {
    const { authority, online, store } = this.options
    await online.consents.decide(codeOf(visit), visit.person, visit.acr, decision)
    await store.commit([online.visits.end(cookie)])
    const page = decidedPage(authority, decision)
    return { ...page, headers: { ...page.headers, ...online.cookie.end() } }
  }

  #find({ cookie }: Browser): Present | null {
    const visit = this.options.online.visits.find(cookie)
    return visit && cookie !== null ? { visit, cookie } : null
  }

  /** @throws {OnlineError} ONLINE_SIGN_IN_ENDED for a visit that is not of this site */
  #cardOf({ purpose }: Visit): CardDefinition {
    const card = purpose.kind === 'site' ? this.options.cards.byId(purpose.card) : undefined
    if (!card) throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    return card
  }

  #pageOf(purpose: Purpose): string {
    if (purpose.kind !== 'wallet') return this.#at('review')
    const { clientId, requestUri } = purpose
    return `${this.options.authorizeUrl}?${new URLSearchParams({ client_id: clientId, request_uri: requestUri })}`
  }

  #at(page: string): string {
    return `${this.options.publicUrl}/apply/${page}`
  }

  /** Where somebody begins again after a refusal. */
  #beginningOf(purpose: Purpose | null): string {
    switch (purpose?.kind) {
      case 'wallet':
        return this.#pageOf(purpose)
      case 'guardian':
        return guardianLink(this.options.publicUrl, purpose.code)
      case 'site':
      case undefined:
        return this.#at('')
    }
  }

  async #explained(purpose: Purpose | null | (() => Purpose | null), step: () => Promise<Reply>): Promise<Reply> {
    try {
      return await step()
    } catch (error) {
      const begun = typeof purpose === 'function' ? purpose() : purpose
      const refused = error instanceof OAuthError ? new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' }) : error
      return failureReply(this.options.authority, refused, linkTo(this.#beginningOf(begun), AGAIN))
    }
  }
}

function codeOf({ purpose }: Visit): string {
  if (purpose.kind !== 'guardian') throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
  return purpose.code
}

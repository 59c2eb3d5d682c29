/**
 * A wallet made of independent libraries, without the product's own code, so that a card that it accepts works in other
 * wallets too. It is for tests and for the walk-through, and protects its keys only by file permissions.
 */
import { fetchCard, type IssuanceSession, notifyAccepted, redeem, redeemAuthorized } from './accept.ts'
import { signIn } from './browser.ts'
import { type Card, WalletHome } from './home.ts'
import { makeKey } from './keys.ts'
import { type Match, match, presentationOf, readRequest, type Sent, send } from './present.ts'
import type { AttestedInstance } from './provider.ts'

/** An app's own scheme, to which the browser returns. */
const REDIRECT = 'kr.example.wallet:/callback'

export interface Accepted {
  readonly card: Card
  readonly claims: Record<string, unknown>
  readonly notified: boolean
}

export interface Presented {
  readonly verifier: string
  readonly matches: readonly Match[]
  readonly sent: Sent
}

export class Wallet {
  readonly home: WalletHome

  /** @param attested a provider attests this wallet and its keys */
  constructor(
    directory: string,
    private readonly attested?: AttestedInstance,
  ) {
    this.home = new WalletHome(directory)
  }

  async accept(offerUrl: string, options: { readonly txCode?: string } = {}): Promise<Accepted> {
    return await this.collect(await this.redeem(offerUrl, options.txCode))
  }

  /** The first part of `accept`. With the session the card can be fetched repeatedly. */
  redeem(offerUrl: string, txCode?: string): Promise<IssuanceSession> {
    return redeem(offerUrl, txCode, this.home.dpopKey(makeKey), this.attested)
  }

  /** The authorization code flow, with a person who types the code on the issuer's page. */
  redeemAuthorized(offerUrl: string, txCode: string): Promise<IssuanceSession> {
    const key = this.home.dpopKey(makeKey)
    return redeemAuthorized(offerUrl, key, REDIRECT, url => signIn(url, txCode), this.attested)
  }

  async collect(session: IssuanceSession): Promise<Accepted> {
    const { credential, notificationId, claims } = await fetchCard(session)
    const { issuer, configuration, key } = session
    const card = this.home.add({ issuer, configuration, vct: String(claims.vct), credential, key })
    if (notificationId !== undefined) await notifyAccepted(session, notificationId)
    return { card, claims, notified: notificationId !== undefined }
  }

  async present(requestUrl: string, cards: readonly Card[] = this.home.cards()): Promise<Presented> {
    const request = await readRequest(requestUrl)
    const matches = await match(request, cards)
    const presentations: Record<string, string> = {}
    for (const found of matches) presentations[found.query] = await presentationOf(request, found)
    return { verifier: request.client.effective, matches, sent: await send(request, presentations) }
  }
}

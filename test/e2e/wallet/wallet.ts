/**
 * A wallet made of independent libraries, none of them the product's own code: what it accepts, others' wallets can
 * accept. It is a test instrument and a way to type the walk-through; it guards its keys with file permissions only.
 */
import { fetchCard, type IssuanceSession, notifyAccepted, redeem } from './accept.ts'
import { type Card, WalletHome } from './home.ts'
import { makeKey } from './keys.ts'
import { type Match, match, presentationOf, readRequest, type Sent, send } from './present.ts'

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

  constructor(directory: string) {
    this.home = new WalletHome(directory)
  }

  async accept(offerUrl: string, options: { readonly txCode?: string } = {}): Promise<Accepted> {
    return await this.collect(await this.redeem(offerUrl, options.txCode))
  }

  /** The first half of `accept`: the session can be kept and its card fetched again. */
  redeem(offerUrl: string, txCode?: string): Promise<IssuanceSession> {
    return redeem(offerUrl, txCode, this.home.dpopKey(makeKey))
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

/** Offers as the wallet opens them: with the issuer's metadata, and what the ledger says of it. */
import { walletError } from '../errors.ts'
import type { IssuerStanding, Offer } from '../offer.ts'
import type { WalletPorts } from '../ports.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import { signsCardsOf, standingOf } from '../trust/standing.ts'
import { type IssuerMetadata, readMetadata } from './metadata.ts'
import type { OfferObject } from './offer-link.ts'
import type { SignerCheck } from './signed-metadata.ts'

export class OpenedOffer implements Offer {
  readonly issuer: Offer['issuer']
  readonly card: Offer['card']
  readonly txCode: Offer['txCode']
  readonly signIn: Offer['signIn']

  constructor(
    readonly object: OfferObject,
    readonly metadata: IssuerMetadata,
    standing: IssuerStanding,
  ) {
    const { grant } = object
    const page = metadata.server.authorization?.page
    this.issuer = { url: metadata.issuer, name: metadata.name, standing }
    this.card = shownCardOf(metadata)
    this.txCode = grant.kind === 'pre-authorized_code' ? grant.txCode : null
    this.signIn = grant.kind === 'authorization_code' && page !== undefined ? { host: new URL(page).host } : null
  }
}

export const shownCardOf = ({ card: { vct, name, description } }: IssuerMetadata): Offer['card'] => ({
  vct,
  name,
  description,
})

/**
 * One for each offered card that this wallet supports.
 * @throws {WalletError} as `readMetadata`
 */
export async function openOffers(
  object: OfferObject,
  { ports, copy }: { readonly ports: WalletPorts; readonly copy: LedgerCopy },
): Promise<readonly [OpenedOffer, ...OpenedOffer[]]> {
  const refreshed = copy.refreshSoon()
  const signsFor: SignerCheck['signsFor'] = async (issuer, keyId) => {
    await refreshed
    const answer = signsCardsOf(copy, issuer, keyId, ports.clock())
    if (answer !== null) return answer
    const { host } = new URL(ports.settings.authority)
    throw walletError({ code: 'WALLET_UNREACHABLE', host }, 'The issuer cannot be checked now. Try again.')
  }
  const signer = ports.settings.haip ? { now: ports.clock(), signsFor } : null
  const [[first, ...others]] = await Promise.all([readMetadata(object, ports.fetcher, signer), refreshed])
  const opened = (metadata: IssuerMetadata) =>
    new OpenedOffer(object, metadata, standingOf(copy, metadata.issuer, metadata.card.vct, ports.clock()))
  return [opened(first), ...others.map(opened)]
}

/** @throws {TypeError} if another wallet opened it */
export function requireOpened(offer: Offer): OpenedOffer {
  if (offer instanceof OpenedOffer) return offer
  throw new TypeError('an offer that this wallet opened is needed')
}

/**
 * The two forms of a link to an offer or a request: for wallets that are apps, which have the scheme of the standard, and for
 * wallets that are pages, which cannot have one. Both have the same query. Why: docs/decisions/149.
 */

const SCHEMES = { offer: 'openid-credential-offer:', request: 'openid4vp:' } as const
export type WalletLinkKind = keyof typeof SCHEMES

/** @param link with the standard's scheme, as a QR code has it */
export function toWalletPage(walletUrl: string, link: string): string {
  const { protocol, search } = new URL(link)
  return `${walletUrl}/wallet/${protocol === SCHEMES.request ? 'request' : 'offer'}${search}`
}

/** Where an issuer's page sends the browser back to: the redirect URI of the authorization code flow. */
export const walletReturn = (walletUrl: string): string => `${walletUrl}/wallet/returned`

/** @param link of a wallet's page */
export const toWalletApp = (kind: WalletLinkKind, link: string): string => `${SCHEMES[kind]}//${new URL(link).search}`

import { walletReturn } from '../../lib/wallet-link.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/
const HOST = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/
/** A private-use scheme contains a domain name in reverse order, and so at least one dot (RFC 8252 §7.1). */
const PRIVATE_USE_SCHEME = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/

/**
 * Whether an applicant may be redirected to this URI: https, an app's private-use scheme, or the install's own wallet. Wallets
 * are not registered, so the page shows the target. Therefore it has to name somebody: http on loopback and a scheme without a
 * dot name nobody. The token request must contain the same URI.
 * @param ownWallet the return address of the install's wallet (`ownWalletReturn`)
 */
export function isRedirectUri(text: string, ownWallet: string | null): boolean {
  if (text === ownWallet) return true
  if (!/^[\x21-\x7e]{1,2048}$/.test(text) || text.includes('#') || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' ? HOST.test(hostname) : PRIVATE_USE_SCHEME.test(protocol)
}

/**
 * The address of the install's own wallet at which it takes codes. Null if that is http and the issuer is not on this machine
 * itself: for an applicant elsewhere, `http://localhost` is a program of their own machine, which may be anybody's.
 * Why: docs/decisions/172.
 */
export function ownWalletReturn(publicUrl: string, walletUrl: string): string | null {
  const isHere = walletUrl.startsWith('https:') || LOOPBACK.test(new URL(publicUrl).hostname)
  return isHere ? walletReturn(walletUrl) : null
}

/** The part of the URI that a person can recognise, and the source expression for a Content-Security-Policy. */
export function redirectTarget(redirectUri: string): { readonly shown: string; readonly source: string } {
  const { protocol, host, origin } = new URL(redirectUri)
  if (protocol === 'https:' || protocol === 'http:') return { shown: host, source: origin }
  return { shown: protocol, source: protocol }
}

/** Adds parameters to the query and leaves the rest of the URI unchanged. */
export function redirectTo(redirectUri: string, parameters: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, value)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

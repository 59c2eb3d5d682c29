/** Schemes that a browser runs or opens itself instead of handing them to an app. */
const FORBIDDEN = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'ftp:', 'ws:', 'wss:'])
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const HOST = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/

/**
 * Where an applicant may be sent back to: https, http on this device, or an app's own scheme (RFC 8252 §7). Wallets
 * are not registered, so the page names the target, and the token request must repeat it to the letter.
 */
export function isRedirectUri(text: string): boolean {
  if (!/^[\x21-\x7e]{1,2048}$/.test(text) || text.includes('#') || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (FORBIDDEN.has(protocol) || username !== '' || password !== '') return false
  if (protocol === 'https:') return HOST.test(hostname)
  if (protocol === 'http:') return LOOPBACK.has(hostname)
  return true
}

/** The part of it that a person can recognise, and what a Content-Security-Policy calls it. */
export function redirectTarget(redirectUri: string): { readonly shown: string; readonly source: string } {
  const { protocol, host, origin } = new URL(redirectUri)
  if (protocol === 'https:' || protocol === 'http:') return { shown: host, source: origin }
  return { shown: protocol, source: protocol }
}

/** Adds parameters to the query, leaving the rest as the wallet wrote it. */
export function redirectTo(redirectUri: string, parameters: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, value)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

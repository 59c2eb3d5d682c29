/** Schemes that a browser executes or opens itself instead of passing them to an app. */
const FORBIDDEN = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'ftp:', 'ws:', 'wss:'])
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const HOST = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/

/**
 * Whether an applicant may be redirected to this URI: https, http on the same device, or an app's own scheme (RFC 8252 §7).
 * Wallets are not registered. Therefore the page shows the target, and the token request must contain the same URI.
 */
export function isRedirectUri(text: string): boolean {
  if (!/^[\x21-\x7e]{1,2048}$/.test(text) || text.includes('#') || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (FORBIDDEN.has(protocol) || username !== '' || password !== '') return false
  if (protocol === 'https:') return HOST.test(hostname)
  if (protocol === 'http:') return LOOPBACK.has(hostname)
  return true
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

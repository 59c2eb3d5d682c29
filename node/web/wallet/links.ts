export type LinkKind = 'offer' | 'request'

const SCHEMES = new Map<string, LinkKind>([
  ['openid-credential-offer:', 'offer'],
  ['haip-vci:', 'offer'],
  ['openid4vp:', 'request'],
  ['haip-vp:', 'request'],
])
const PATHS = new Map<string, LinkKind>([
  ['/wallet/offer', 'offer'],
  ['/wallet/request', 'request'],
])

/**
 * What a scanned or pasted text is. The links of another install's wallet count too: a QR code that an issuer shows for
 * the wallet of its own origin works with this one.
 */
export function kindOfLink(text: string, own: string): LinkKind | null {
  if (!URL.canParse(text.trim(), own)) return null
  const url = new URL(text.trim(), own)
  const kind = SCHEMES.get(url.protocol)
  if (kind) return kind
  const isWeb = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname))
  return isWeb && url.search !== '' ? (PATHS.get(url.pathname) ?? null) : null
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

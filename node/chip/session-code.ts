/**
 * What the wallet shows to a kiosk: the session that it opened at an authority (docs/chip.md, Issuing). The kiosk computes the
 * chip's challenge from it, and sends what the chip answers.
 */
export interface SessionCode {
  /** The public URL of the authority. */
  readonly authority: string
  /** A secret: whoever has it can send a document and a face. The offer is the wallet's all the same. */
  readonly session: string
  /** Base64url, 32 bytes. */
  readonly nonce: string
  /** RFC 7638 thumbprint of the wallet's DPoP key. */
  readonly key: string
}

const SCHEME = 'dojang-chip:?'
const MAX_LENGTH = 1024
const SECRET = /^[\w-]{43}$/

export const formatSessionCode = ({ authority, session, nonce, key }: SessionCode): string =>
  SCHEME + new URLSearchParams({ authority, session, nonce, key }).toString()

/** @returns undefined for any other text */
export function parseSessionCode(text: string): SessionCode | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith(SCHEME) || trimmed.length > MAX_LENGTH) return undefined
  const named = new URLSearchParams(trimmed.slice(SCHEME.length))
  const [authority, session, nonce, key] = ['authority', 'session', 'nonce', 'key'].map(name => named.get(name) ?? '')
  if (!authority || !URL.canParse(authority)) return undefined
  if (!session || !nonce || !key || ![session, nonce, key].every(value => SECRET.test(value))) return undefined
  return { authority, session, nonce, key }
}

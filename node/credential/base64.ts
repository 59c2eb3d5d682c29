import { toBase64url } from '../lib/bytes.ts'

/** RFC 4648 §4, padded: for data URLs, certificates and integrity values. All other encodings here are base64url. */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

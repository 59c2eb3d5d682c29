import { fromBase64url, toBase64url } from './bytes.ts'
import { wrongEncoding } from './parse-error.ts'

/** RFC 4648 §4, padded: for data URLs, certificates and integrity values. All other encodings here are base64url. */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/** @throws {ParseError} unless it is canonical and padded */
export function fromBase64(text: string): Uint8Array {
  const bytes = fromBase64url(
    text
      .replace(/={1,2}$/, '')
      .replaceAll('+', '-')
      .replaceAll('/', '_'),
  )
  if (toBase64(bytes) !== text) throw wrongEncoding('base64', 'not canonical')
  return bytes
}

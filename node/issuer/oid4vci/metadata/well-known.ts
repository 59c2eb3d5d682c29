/**
 * The path of a well-known document of an identifier: `/.well-known/<name>` is inserted between host and path
 * (OpenID4VCI 1.0 §12.2.2, RFC 8414 §3).
 * @returns a path with a leading slash and without a trailing one
 */
export function wellKnownPath(identifier: string, name: string): string {
  return `/.well-known/${name}${new URL(identifier).pathname.replace(/\/$/, '')}`
}

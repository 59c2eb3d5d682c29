import { OAuthError } from './errors.ts'
import type { Exchange } from './exchange.ts'

/**
 * Wallets are public clients. A client that tries to authenticate is refused, because otherwise it would assume that it is
 * authenticated. If it used a header, the response must name its scheme (RFC 6749 §5.2).
 * @throws {OAuthError} invalid_client
 */
export function refuseClientAuthentication({ authorization }: Exchange, form: Readonly<Record<string, string>>): void {
  if (authorization === undefined && form.client_assertion === undefined && form.client_secret === undefined) return
  const scheme = authorization && (/^[A-Za-z][A-Za-z0-9-]{0,31}(?= |$)/.exec(authorization)?.[0] ?? 'Basic')
  throw new OAuthError('invalid_client', 'clients do not authenticate here: token_endpoint_auth_methods is none', {
    ...(scheme && { challenge: `${scheme} realm="dojang"` }),
  })
}

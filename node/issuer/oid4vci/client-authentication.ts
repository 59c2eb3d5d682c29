import { OAuthError } from './errors.ts'
import type { Exchange } from './exchange.ts'

/**
 * Wallets come as public clients. One that tries to authenticate is refused rather than let in unchecked: it would
 * take itself for authenticated (RFC 6749 §5.2).
 * @throws {OAuthError} invalid_client
 */
export function refuseClientAuthentication(exchange: Exchange, form: Readonly<Record<string, string>>): void {
  if (exchange.authorization !== undefined || form.client_assertion !== undefined || form.client_secret !== undefined) {
    throw new OAuthError('invalid_client', 'clients do not authenticate here: token_endpoint_auth_methods is none')
  }
}

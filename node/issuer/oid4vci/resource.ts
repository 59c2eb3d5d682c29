import { equalSecret } from '../../keys/secret.ts'
import type { Dpop } from './dpop/dpop.ts'
import { OAuthError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { AccessToken, AccessTokens } from './token/access-tokens.ts'

/**
 * Verifies the access token of a request to a protected resource and the proof of its key (RFC 9449 §7).
 * @returns null if the request did not try to authenticate
 * @throws {OAuthError} invalid_token, invalid_dpop_proof, use_dpop_nonce
 */
export function authenticate(exchange: Exchange, url: string, tokens: AccessTokens, dpop: Dpop): AccessToken | null {
  if (exchange.authorization === undefined) return null
  // There may be several spaces between the two (RFC 9110 §11.4).
  const accessToken = /^dpop +([^ ]{1,256})$/i.exec(exchange.authorization)?.[1]
  if (accessToken === undefined) {
    throw new OAuthError('invalid_token', 'an access token of type DPoP is required')
  }
  const token = tokens.find(accessToken)
  if (!token) throw new OAuthError('invalid_token', 'the access token is unknown or expired')
  const jkt = dpop.verify(exchange.dpop, { method: 'POST', url, accessToken })
  if (!equalSecret(jkt, token.jkt)) throw new OAuthError('invalid_token', 'the access token is bound to another key')
  return token
}

import { sha256 } from '#crypto'
import { equalSecret } from '../../keys/secret.ts'
import { type Hex, toBase64url, utf8 } from '../../lib/bytes.ts'
import type { WriteOp } from '../../store/store.ts'
import { hashOf } from '../bearer-secrets.ts'
import { OAuthError } from '../oid4vci/errors.ts'
import type { AuthorizationSessions, CodeSession, PushedSession } from './sessions.ts'

/** Seconds. Short, since the browser returns to the wallet at once. */
const CODE_LIFETIME = 60

export interface CodeRedemption {
  readonly clientId: string
  readonly redirectUri: string
  /** RFC 7636 §4.1. Undefined if none was sent. */
  readonly verifier: string | undefined
  readonly jkt: string
  /** Thumbprint of the key in the wallet's attestation; null without one. */
  readonly instance: string | null
}

/**
 * Authorization codes (RFC 6749 §4.1), each bound to client, redirect URI, PKCE challenge, DPoP key and
 * attested wallet.
 */
export class AuthorizationCodes {
  constructor(private readonly sessions: AuthorizationSessions) {}

  create(request: PushedSession, offer: Hex): { readonly code: string; readonly op: WriteOp } {
    const { secret, op } = this.sessions.create({ ...request, kind: 'code', offer, state: null }, CODE_LIFETIME)
    return { code: secret, op }
  }

  /**
   * RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9449 §10. Does not mark the code as redeemed: commit `redeemed` with the result.
   * @throws {OAuthError} invalid_grant
   */
  check(code: string, redemption: CodeRedemption): CodeSession {
    const session = this.sessions.find('code', code)
    if (!session) throw new OAuthError('invalid_grant', 'the code is unknown, used or expired')
    // RFC 7636 §4.6: a missing verifier does not match the challenge either.
    const challenge = toBase64url(sha256(utf8(redemption.verifier ?? '')))
    const matches =
      session.clientId === redemption.clientId &&
      session.redirectUri === redemption.redirectUri &&
      (session.jkt === null || session.jkt === redemption.jkt) &&
      (!session.wallet || session.wallet.instance === redemption.instance) &&
      equalSecret(challenge, session.codeChallenge)
    if (!matches) throw new OAuthError('invalid_grant', 'the code was given to another request')
    return session
  }

  /** @param lifetime seconds of the access token */
  redeemed(code: string, accessToken: string, lifetime: number): WriteOp {
    return this.sessions.redeem(code, hashOf(accessToken), lifetime)
  }

  /** The hash of the access token that was given for this code, while it can be valid. */
  tokenOf(code: string): Hex | undefined {
    return this.sessions.find('redeemed', code)?.token
  }

  end(code: string): WriteOp {
    return this.sessions.end(code)
  }
}

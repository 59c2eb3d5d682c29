import { sha256 } from '#crypto'
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url, utf8 } from '../../lib/bytes.ts'
import type { WriteOp } from '../../store/store.ts'
import { OAuthError } from '../oid4vci/errors.ts'
import type { AuthorizationSession, AuthorizationSessions } from './sessions.ts'

/** Seconds. Short, since the browser returns to the wallet at once. */
const CODE_LIFETIME = 60

export interface CodeRedemption {
  readonly clientId: string
  readonly redirectUri: string
  /** RFC 7636 §4.1. */
  readonly verifier: string
  readonly jkt: string
}

/** Authorization codes (RFC 6749 §4.1), each bound to client, redirect URI, PKCE challenge and DPoP key. */
export class AuthorizationCodes {
  constructor(private readonly sessions: AuthorizationSessions) {}

  create(request: AuthorizationSession): { readonly code: string; readonly op: WriteOp } {
    const { secret, op } = this.sessions.create({ ...request, kind: 'code', state: null }, CODE_LIFETIME)
    return { code: secret, op }
  }

  /**
   * RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9449 §10. Does not mark the code as used: commit `used` together with the result.
   * @throws {OAuthError} invalid_grant
   */
  check(code: string, redemption: CodeRedemption): AuthorizationSession {
    const session = this.sessions.find('code', code)
    if (!session) throw new OAuthError('invalid_grant', 'the code is unknown, used or expired')
    const challenge = toBase64url(sha256(utf8(redemption.verifier)))
    const matches =
      session.clientId === redemption.clientId &&
      session.redirectUri === redemption.redirectUri &&
      (session.jkt === null || session.jkt === redemption.jkt) &&
      equalSecret(challenge, session.codeChallenge)
    if (!matches) throw new OAuthError('invalid_grant', 'the code was given to another request')
    return session
  }

  used(code: string): WriteOp {
    return this.sessions.end(code)
  }
}

import { equalSecret } from '../../keys/secret.ts'
import type { Authenticator } from './mount.ts'

/**
 * The local command line, by the operator's token (RFC 6750), which it reads from a file that only its owner can read. A
 * browser does not send the token automatically, so a web page cannot act for the command line.
 * Why: docs/decisions/007.
 */
export function localToken(token: string): Authenticator {
  return request => {
    const given = /^Bearer ([\w-]+)$/i.exec(request.get('authorization') ?? '')?.[1]
    return given !== undefined && equalSecret(given, token) ? { actor: { kind: 'local' } } : undefined
  }
}

import { equalSecret } from '../../keys/secret.ts'
import { hostIsServed, LOOPBACK } from '../../ledger/rpc/server.ts'
import { isLoopback } from '../loopback.ts'
import type { Authenticator } from './mount.ts'

/**
 * The local command line, by the operator's token (RFC 6750), which it reads from a file that only its owner can read. A
 * browser does not send the token automatically, so a web page cannot act for the command line. The token is accepted on the
 * socket of the data directory and from this host only: not from the network, and not through a proxy, which sets the
 * operators' host name.
 * Why: docs/decisions/007.
 */
export function localToken(token: string): Authenticator {
  return request => {
    const given = /^Bearer ([\w-]+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (given === undefined || !equalSecret(given, token)) return undefined
    const { remoteAddress } = request.socket
    const isHere = remoteAddress === undefined || isLoopback(remoteAddress)
    return isHere && hostIsServed(request, LOOPBACK) ? { actor: { kind: 'local' } } : undefined
  }
}

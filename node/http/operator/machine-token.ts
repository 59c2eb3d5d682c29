import type { MachineTokens } from '../../issuer/machines/tokens.ts'
import type { Authenticator } from './mount.ts'

/** A machine client, by the access token that it was given (RFC 6750). */
export function machineToken(tokens: MachineTokens): Authenticator {
  return request => {
    const given = /^Bearer ([\w-]{43})$/i.exec(request.get('authorization') ?? '')?.[1]
    const actor = given === undefined ? undefined : tokens.actorOf(given)
    return actor && { actor }
  }
}

import type { Dpop } from '../dpop/dpop.ts'
import { type Reply, reply } from '../exchange.ts'
import type { CredentialNonces } from './credential-nonces.ts'

/** OpenID4VCI 1.0 §7. The response contains a DPoP nonce too, so that the wallet's next request is not refused. */
export const nonceEndpoint = (nonces: CredentialNonces, dpop: Dpop) => (): Reply =>
  reply(200, { c_nonce: nonces.create() }, { 'DPoP-Nonce': dpop.nonce() })

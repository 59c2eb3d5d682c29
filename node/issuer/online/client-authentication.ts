/** How this node authenticates itself to the identity provider. */
import { readFileSync } from 'node:fs'
import { type ClientAuth, ClientSecretBasic, ClientSecretPost } from 'openid-client'
import { isExposed } from '../../keys/files.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { toBase64url } from '../../lib/bytes.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import { signJws } from '../../lib/jose/jws.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import { OnlineError } from './errors.ts'

/** Seconds. */
const ASSERTION_LIFETIME = 60

export interface SigningParts {
  readonly signer: P256Signer
  readonly clock: Clock
  readonly random: Random
}

/** `private_key_jwt` (OpenID Connect Core 1.0 §9). The key may be in a hardware module: only its `sign` is used. */
export function privateKeyJwt({ signer, clock, random }: SigningParts): ClientAuth {
  const kid = thumbprint(signer.publicKey.jwk)
  return (server, { client_id: clientId }, body) => {
    const now = clock()
    const claims = {
      ...{ iss: clientId, sub: clientId, aud: server.issuer },
      ...{ jti: toBase64url(random(16)), iat: now, exp: now + ASSERTION_LIFETIME },
    }
    body.set('client_id', clientId)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set(
      'client_assertion',
      signJws({ kid }, claims, data => signer.sign(data)),
    )
  }
}

/**
 * `client_secret_basic`, or `client_secret_post` if the provider supports no other.
 * @throws {OnlineError} ONLINE_SECRET_FILE
 */
export function secretOf(path: string): ClientAuth {
  const secret = readSecret(path)
  const basic = ClientSecretBasic(secret)
  const post = ClientSecretPost(secret)
  return (server, client, body, headers) => {
    // The default of OpenID Connect Discovery 1.0 §3 is client_secret_basic.
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, client, body, headers)
  }
}

function readSecret(path: string): string {
  try {
    if (isExposed(path)) throw new Error('other users may read or change it')
    const secret = readFileSync(path, 'utf8').trim()
    if (secret === '') throw new Error('it is empty')
    return secret
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
    throw new OnlineError({ code: 'ONLINE_SECRET_FILE', path, reason }, { cause })
  }
}

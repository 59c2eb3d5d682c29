/**
 * The signature of a webhook: a JWS with detached content (RFC 7515 Appendix F, ES256) over the exact bytes of the body,
 * in the header `Dojang-Signature`. To verify it, put the body in base64url between the two dots.
 *
 *   protected header {alg, typ: "dojang-webhook+jws", kid, iat: time of this attempt, aud: client id}
 *
 * The public key is in a JWK set (RFC 7517). `aud` prevents a receiver from passing the message on to another one.
 */
import type { P256Signer } from '../../keys/signer.ts'
import { textToBase64url, toBase64url } from '../../lib/bytes.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import { signatureOf } from '../../lib/jose/jws.ts'
import type { UnixSeconds } from '../../lib/time.ts'

export const SIGNATURE_HEADER = 'dojang-signature'

export function signWebhook(signer: P256Signer, client: string, body: Uint8Array, iat: UnixSeconds): string {
  const header = { alg: 'ES256', typ: 'dojang-webhook+jws', kid: kidOf(signer), iat, aud: client }
  const encoded = textToBase64url(JSON.stringify(header))
  const signature = signatureOf(`${encoded}.${toBase64url(body)}`, data => signer.sign(data))
  return `${encoded}..${signature}`
}

/** The JWK set with which receivers verify. */
export const webhookKeys = (signer: P256Signer) => ({
  keys: [{ ...signer.publicKey.jwk, kid: kidOf(signer), use: 'sig', alg: 'ES256' }],
})

const kidOf = (signer: P256Signer): string => thumbprint(signer.publicKey.jwk)

import type { CertifiedSigner } from '../../../keys/certified.ts'
import { signJws } from '../../../lib/jose/jws.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import { POLICY_FORMAT } from '../../asker/policy.ts'
import type { CardQuery } from '../../dcql/query.ts'
import type { Session } from '../session.ts'
import { MATCH_FORMAT } from '../wallet-side/match-digits.ts'

export interface RequestObjectInput {
  readonly session: Pick<Session, 'nonce' | 'state' | 'responseKey' | 'expiresAt'>
  readonly clientId: string
  /** Null: the answer returns the way that the request came (verifier/in-person). */
  readonly responseUri: string | null
  readonly query: CardQuery
  /** The text of the registered request policy, by which a wallet finds out who asks (docs/relying-parties.md). */
  readonly policy: string
  /** Whether the page that shows the QR code shows two digits (wallet-side/match-digits.ts). */
  readonly showsDigits?: boolean
  /** The nonce of a wallet that fetches by POST. The request object must contain it (OpenID4VP 1.0 §5.10). */
  readonly walletNonce?: string
  readonly now: UnixSeconds
}

const REQUEST_OBJECT_TYPE = 'oauth-authz-req+jwt'

/** The supported content encryptions: both of HAIP 1.0 §5. */
export const RESPONSE_ENC = ['A128GCM', 'A256GCM'] as const

const SD_JWT_ALGORITHMS = { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] }

/** The signed authorization request (OpenID4VP 1.0 §5, RFC 9101), in compact form. */
export function createRequestObject(input: RequestObjectInput, signer: CertifiedSigner): string {
  const { header, payload } = requestObjectParts(input, signer.x5c)
  return signJws(header, payload, data => signer.sign(data))
}

/** What is signed. Its header still lacks `alg`. @param x5c leaf first, without a root */
export function requestObjectParts(input: RequestObjectInput, x5c: readonly string[]) {
  const { session, clientId, responseUri, query, policy, showsDigits = false, walletNonce, now } = input
  const { kty, crv, x, y } = session.responseKey.jwk
  return {
    header: { typ: REQUEST_OBJECT_TYPE, x5c },
    payload: {
      // The fixed value for a wallet whose issuer URL is unknown (§5.8).
      aud: 'https://self-issued.me/v2',
      client_id: clientId,
      response_type: 'vp_token',
      response_mode: 'direct_post.jwt',
      ...(responseUri === null ? {} : { response_uri: responseUri }),
      nonce: session.nonce,
      state: session.state,
      dcql_query: query,
      verifier_info: [
        { format: POLICY_FORMAT, data: policy },
        ...(showsDigits ? [{ format: MATCH_FORMAT, data: 'wallet_nonce' }] : []),
      ],
      client_metadata: {
        jwks: { keys: [{ kty, crv, x, y, kid: session.responseKey.kid, use: 'enc', alg: 'ECDH-ES' }] },
        encrypted_response_enc_values_supported: RESPONSE_ENC,
        vp_formats_supported: { 'dc+sd-jwt': SD_JWT_ALGORITHMS },
      },
      ...(walletNonce === undefined ? {} : { wallet_nonce: walletNonce }),
      iat: now,
      exp: session.expiresAt,
    },
  }
}

/** A verifier made of libraries of others (`@openid4vc`, `@sd-jwt`). */
import { createHash, randomBytes } from 'node:crypto'
import { Openid4vpVerifier } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { compactDecrypt, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { signJws } from '../../../../../node/lib/jose/jws.ts'
import { callbacks } from '../../../../e2e/wallet/callbacks.ts'
import { makeKey, publicOf, readLeaf } from '../../../../e2e/wallet/keys.ts'
import { json, type Tamper, text } from '../../../../support/tampered-fetch.ts'
import { makeIssuer } from '../../../verifier/support.ts'
import { hasher } from './others.ts'

export const SHOP = 'https://library.example'

/** A verifier of others, and what it reads. */
export async function makeVerifierOfOthers(
  dcqlQuery: unknown,
  prefix: 'x509_hash' | 'x509_san_dns',
  statusList: () => string,
) {
  const { signer, x5c } = await makeIssuer(SHOP)
  const [leaf = ''] = x5c
  const hash = createHash('sha256').update(Buffer.from(leaf, 'base64')).digest('base64url')
  const clientId = prefix === 'x509_hash' ? `x509_hash:${hash}` : `x509_san_dns:${new URL(SHOP).hostname}`
  const encryptionKey = makeKey()
  const nonce = randomBytes(16).toString('base64url')
  const context = {
    ...callbacks([]),
    signJwt: async (_signer: unknown, { header, payload }: { header: object; payload: object }) => {
      const { alg: _, ...rest } = header as Record<string, unknown>
      const jwt = signJws(rest, payload as Record<string, unknown>, data => signer.sign(data))
      return { jwt, signerJwk: signer.publicKey.jwk as never }
    },
    decryptJwe: async (jwe: string) => {
      const { plaintext } = await compactDecrypt(jwe, await importJWK({ ...encryptionKey, alg: 'ECDH-ES' }, 'ECDH-ES'))
      const payload = new TextDecoder().decode(plaintext)
      return { decrypted: true as const, payload, decryptionJwk: encryptionKey as never }
    },
  }
  const verifier = new Openid4vpVerifier({ callbacks: context as never })
  const payload = {
    response_type: 'vp_token',
    client_id: clientId,
    nonce,
    state: 'state-1',
    response_mode: 'direct_post.jwt',
    response_uri: `${SHOP}/answer`,
    aud: 'https://self-issued.me/v2',
    dcql_query: dcqlQuery,
    client_metadata: {
      jwks: { keys: [{ ...publicOf(encryptionKey), kid: 'enc-1', use: 'enc', alg: 'ECDH-ES' }] },
      encrypted_response_enc_values_supported: ['A128GCM'],
      vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } },
    },
  }
  const created = await verifier.createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: payload as never,
    jar: {
      jwtSigner: { method: 'x5c', x5c: [...x5c], alg: 'ES256' },
      requestUri: `${SHOP}/request`,
      expiresInSeconds: 300,
    },
  })
  const received: unknown[] = []
  const answers: Tamper = (url, init) => {
    if (url.origin !== SHOP) return undefined
    if (url.pathname === '/request') return text(created.jar?.authorizationRequestJwt ?? '')
    return (async () => {
      const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
        authorizationResponse: Object.fromEntries(init.body as URLSearchParams),
        authorizationRequestPayload: payload as never,
        callbacks: context as never,
      })
      const { vp_token: token } = parsed.authorizationResponsePayload
      const presentations = verifier.parseDcqlVpToken(token)
      for (const [query, [presentation]] of Object.entries(presentations)) {
        received.push({ query, ...(await verifiedBy(String(presentation), nonce, statusList)) })
      }
      return json({})
    })()
  }
  return { link: created.authorizationRequest, answers, received, clientId }
}

async function verifiedBy(presentation: string, keyBindingNonce: string, statusList: () => string) {
  const { x5c } = decodeProtectedHeader(presentation.split('~')[0] ?? '')
  const issuerKey = readLeaf(x5c as string[]).jwk
  const verify = (key: JWK) => async (data: string, signature: string) => {
    try {
      await compactVerify(`${data}.${signature}`, await importJWK(key, 'ES256'))
      return true
    } catch {
      return false
    }
  }
  const holderOf = (payload: unknown) => (payload as { cnf: { jwk: JWK } }).cnf.jwk
  const instance = new SDJwtVcInstance({
    hasher,
    hashAlg: 'sha-256',
    verifier: verify(issuerKey as JWK),
    kbVerifier: async (data, signature, payload) => verify(holderOf(payload))(data, signature),
    statusListFetcher: async () => statusList(),
    statusVerifier: verify(issuerKey as JWK),
  })
  const { payload, kb } = await instance.verify(presentation, { keyBindingNonce })
  return { payload: payload as Record<string, unknown>, audience: (kb as { payload: { aud: string } }).payload.aud }
}

/** OpenID4VP 1.0 with `@openid4vc/openid4vp`: from a request to an encrypted response. */
import { randomBytes } from 'node:crypto'
import { Openid4vpClient, type ResolvedOpenid4vpAuthorizationRequest } from '@openid4vc/openid4vp'
import { DcqlQuery } from 'dcql'
import { callbacks } from './callbacks.ts'
import { issuerKeyOf, sdJwtWith } from './card-checks.ts'
import type { Card } from './home.ts'
import { WalletRefusal } from './keys.ts'

export type PresentationRequest = ResolvedOpenid4vpAuthorizationRequest

/** A card that answers a part of the request, and the claims it will disclose for it. */
export interface Match {
  readonly query: string
  readonly card: Card
  readonly paths: readonly ClaimPath[]
}
export type ClaimPath = readonly (string | number | null)[]

export interface Sent {
  readonly status: number
  readonly redirectUri: string | undefined
}

/** Fetches the signed request, with a wallet nonce if by POST, and checks the verifier's certificate. */
export async function readRequest(requestUrl: string): Promise<PresentationRequest> {
  const walletNonce = randomBytes(16).toString('base64url')
  const context = { ...callbacks([]), fetch: addingWalletNonce(walletNonce) }
  const client = new Openid4vpClient({ callbacks: context })
  const parsed = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: requestUrl })
  if (parsed.type !== 'jar') throw new WalletRefusal('the request is not signed')
  const posted = parsed.params.request_uri_method === 'post'
  const request = await client.resolveOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: parsed.params,
    wallet: {
      metadata: {
        vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } },
      },
      ...(posted && { expectedNonce: walletNonce }),
    },
  })
  if (request.client.prefix !== 'x509_hash' && request.client.prefix !== 'x509_san_dns') {
    throw new WalletRefusal(`the verifier is not identified by a certificate: ${request.client.prefix}`)
  }
  return request
}

/**
 * Selects one option of each credential set (OpenID4VP 1.0 §6.4.2): the one whose card comes first.
 * @throws {WalletRefusal} when no set of cards satisfies the query
 */
export async function match(request: PresentationRequest, cards: readonly Card[]): Promise<Match[]> {
  if (!request.dcql) throw new WalletRefusal('the request has no DCQL query')
  const query = DcqlQuery.parse(request.dcql.query as DcqlQuery.Input)
  DcqlQuery.validate(query)
  const candidates = await Promise.all(cards.map(claimsForDcql))
  const result = DcqlQuery.query(query, candidates)
  if (!result.can_be_satisfied) throw new WalletRefusal('no stored card has the requested claims')
  const matches = query.credentials.flatMap(({ id, ...rest }) => {
    const found = result.credential_matches[id]
    if (!found?.success) return []
    const [best] = found.valid_credentials
    const [claimSet] = best.claims.valid_claim_sets
    const card = cards[best.input_credential_index]
    if (!card) return []
    const asked = ('claims' in rest ? rest.claims : undefined) ?? []
    const paths = (claimSet.valid_claim_indexes ?? []).flatMap(index => {
      const claim = asked[index]
      return claim && 'path' in claim && claim.path ? [claim.path as ClaimPath] : []
    })
    return [{ query: id, card, paths }]
  })
  if (!query.credential_sets) return matches
  const rank = (id: string) => cards.findIndex(card => card === matches.find(({ query }) => query === id)?.card)
  const chosen = query.credential_sets
    .filter(({ required }) => required)
    .flatMap(({ options }) => {
      const possible = options.filter(option => option.every(id => rank(id) >= 0))
      const [best = []] = possible.sort((a, b) => Math.min(...a.map(rank)) - Math.min(...b.map(rank)))
      return best
    })
  return matches.filter(({ query }) => chosen.includes(query))
}

/** The card with only the requested disclosures, bound to this request by the holder's key. */
export async function presentationOf(request: PresentationRequest, { card, paths }: Match): Promise<string> {
  const { nonce, client_id: audience } = request.authorizationRequestPayload as { nonce: string; client_id: string }
  const sdJwt = sdJwtWith(issuerKeyOf(card.credential), card.key)
  const keys = await sdJwt.presentableKeys(card.credential)
  const frame: Frame = {}
  for (const key of keys) if (paths.some(path => reaches(path, key.split('.')))) addTo(frame, key.split('.'))
  return await sdJwt.present(card.credential, frame as Parameters<typeof sdJwt.present>[1], {
    kb: { payload: { iat: Math.floor(Date.now() / 1000), aud: audience, nonce } },
  })
}

/** Encrypts the response to the key of the request and posts it. */
export async function send(request: PresentationRequest, presentations: Record<string, string>): Promise<Sent> {
  const client = new Openid4vpClient({ callbacks: callbacks([]) })
  const { authorizationRequestPayload } = request
  const vpToken = Object.fromEntries(Object.entries(presentations).map(([query, text]) => [query, [text] as [string]]))
  const { jarm, authorizationResponsePayload } = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload,
    authorizationResponsePayload: { vp_token: vpToken },
    jarm: {
      encryption: { nonce: randomBytes(16).toString('base64url') },
      serverMetadata: {
        authorization_signing_alg_values_supported: [],
        authorization_encryption_alg_values_supported: ['ECDH-ES'],
        authorization_encryption_enc_values_supported: ['A256GCM', 'A128GCM'],
      },
    },
  })
  if (!jarm) throw new WalletRefusal('the response would not be encrypted')
  const { response } = await client.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: authorizationRequestPayload as { response_uri: string },
    authorizationResponsePayload,
    jarm: { responseJwt: jarm.responseJwt },
  })
  const body = (await response.json().catch(() => ({}))) as { redirect_uri?: string }
  return { status: response.status, redirectUri: body.redirect_uri }
}

interface Frame {
  [name: string]: true | Frame
}

function addTo(frame: Frame, [name = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    frame[name] ??= true
    return
  }
  const inner = frame[name]
  const next: Frame = typeof inner === 'object' ? inner : {}
  frame[name] = next
  addTo(next, rest)
}

/** A path reaches every disclosure on the way to its claim, and every one inside it (RFC 9901 §4.2.6). */
function reaches(path: ClaimPath, key: readonly string[]): boolean {
  return path.slice(0, key.length).every((part, i) => part === null || String(part) === key[i])
}

async function claimsForDcql(card: Card) {
  const claims = await sdJwtWith(issuerKeyOf(card.credential)).getClaims(card.credential)
  return {
    credential_format: 'dc+sd-jwt' as const,
    vct: card.vct,
    claims: claims as never,
    cryptographic_holder_binding: true,
  }
}

/** Adds a wallet nonce, because the library checks a returned nonce but does not send one. */
function addingWalletNonce(nonce: string): typeof fetch {
  return (input, init) => {
    const asksForRequest = init?.method?.toLowerCase() === 'post' && !(init.body instanceof FormData)
    if (!asksForRequest) return fetch(input, init)
    const body = new URLSearchParams(init.body ? String(init.body) : '')
    body.set('wallet_nonce', nonce)
    return fetch(input, { ...init, body })
  }
}

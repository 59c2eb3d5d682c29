/** The token endpoint (OpenID4VCI 1.0 §6). */
import { isJsonObject, type JsonValue } from '../../../../lib/json.ts'
import type { UnixSeconds } from '../../../../lib/time.ts'
import { walletError } from '../errors.ts'
import { answerInvalid, hostOf, jsonOf, type Reply, send } from '../http.ts'
import type { WalletPorts } from '../ports.ts'
import { type Dpop, errorOf } from './dpop.ts'
import type { IssuerMetadata, ServerMetadata } from './metadata.ts'

export interface AccessToken {
  readonly value: string
  readonly type: 'DPoP' | 'Bearer'
  readonly expiresAt: UnixSeconds | null
  readonly refreshToken: string | null
  /** By which the card is requested, where the token response says so (§8.2). */
  readonly credentialIdentifier: string | null
}

const MAX_TOKEN = 8192
/** Seconds, for an issuer that says nothing. */
const RETRY_AFTER = 10
const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }

/**
 * @param form the parameters of the grant
 * @param attestation of this wallet, with the key of the DPoP proofs
 * @throws {WalletError} WALLET_CODE_REFUSED, WALLET_BUSY, WALLET_STOPPED, WALLET_ISSUER_REFUSED, WALLET_UNREACHABLE,
 * WALLET_ANSWER_INVALID
 */
export async function requestToken(
  { server, card }: Pick<IssuerMetadata, 'server' | 'card'>,
  form: Readonly<Record<string, string>>,
  dpop: Dpop,
  { fetcher, clock }: Pick<WalletPorts, 'fetcher' | 'clock'>,
  attestation: string | null = null,
): Promise<AccessToken> {
  const { tokenEndpoint } = server
  const reply = await postForm(server, tokenEndpoint, form, dpop, fetcher, attestation)
  if (reply.status !== 200) throw tokenRefused(reply, tokenEndpoint)
  const { access_token, token_type, expires_in, refresh_token, authorization_details } = jsonOf(reply, tokenEndpoint)
  const type = typeof token_type === 'string' ? token_type.toLowerCase() : ''
  if (!isToken(access_token) || (type !== 'dpop' && type !== 'bearer')) {
    throw answerInvalid(hostOf(tokenEndpoint), 'it has no access token of a known type')
  }
  return {
    value: access_token,
    type: type === 'dpop' ? 'DPoP' : 'Bearer',
    expiresAt: typeof expires_in === 'number' ? clock() + expires_in : null,
    refreshToken: isToken(refresh_token) ? refresh_token : null,
    credentialIdentifier: identifierOf(authorization_details, card.configuration),
  }
}

/** To an endpoint of the authorization server: with a DPoP proof if it knows them, and the attestation of this wallet. */
export function postForm(
  server: ServerMetadata,
  url: string,
  form: Readonly<Record<string, string>>,
  dpop: Dpop,
  fetcher: typeof fetch,
  attestation: string | null,
): Promise<Reply> {
  const headers = attestation === null ? FORM : { ...FORM, 'oauth-client-attestation': attestation }
  const sent = { headers, body: new URLSearchParams(form) }
  return server.dpop ? dpop.post(url, sent) : send(fetcher, url, { ...sent, method: 'POST' })
}

function tokenRefused(reply: Reply, url: string) {
  const error = errorOf(reply.text)?.error
  if (error === 'invalid_grant') {
    return walletError(
      { code: 'WALLET_CODE_REFUSED' },
      'The issuer did not take the code: it is wrong, was used, or has expired.',
    )
  }
  if (error === 'invalid_client_attestation') throw walletStopped()
  if (reply.status === 503) {
    const wanted = Number(reply.headers.get('retry-after') ?? RETRY_AFTER)
    const retryAfter = Number.isFinite(wanted) && wanted > 0 ? wanted : RETRY_AFTER
    return walletError({ code: 'WALLET_BUSY', retryAfter }, 'The issuer serves others first. Try again later.')
  }
  return error === undefined ? answerInvalid(hostOf(url), `status ${reply.status}`) : issuerRefused(error, reply.status)
}

/** Nobody admits this wallet any more, or nobody ever did where it is required. */
export const walletStopped = () =>
  walletError(
    { code: 'WALLET_STOPPED' },
    'This wallet gets no cards of this issuer. Scan the same code with another wallet, or ask the issuer.',
  )

export const issuerRefused = (error: string, status: number) =>
  walletError(
    { code: 'WALLET_ISSUER_REFUSED', error: error.slice(0, 100), status },
    'The issuer refused. Try again later, or ask the issuer.',
  )

/** Visible ASCII (RFC 6750 §2.1), so that it can stand in a header. */
const isToken = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(value)

function identifierOf(details: JsonValue | undefined, configuration: string): string | null {
  if (!Array.isArray(details)) return null
  for (const detail of details as readonly JsonValue[]) {
    if (!isJsonObject(detail) || detail.credential_configuration_id !== configuration) continue
    const [identifier] = Array.isArray(detail.credential_identifiers) ? detail.credential_identifiers : []
    if (typeof identifier === 'string') return identifier
  }
  return null
}

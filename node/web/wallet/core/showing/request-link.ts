/** A request for cards, as it is scanned, pasted or opened as a link (OpenID4VP 1.0 §5.7, §5.10). */
import { toBase64url } from '../../../../lib/bytes.ts'
import { VerifierError } from '../../../../verifier/errors.ts'
import { parseRequestObject } from '../../../../verifier/oid4vp/wallet-side/request-object.ts'
import {
  isSecure,
  type VerifiedRequest,
  verifyRequestObject,
} from '../../../../verifier/oid4vp/wallet-side/verify-request.ts'
import { type WalletError, walletError } from '../errors.ts'
import { answerInvalid, hostOf, send } from '../http.ts'
import type { WalletPorts } from '../ports.ts'

export interface RequestLink {
  readonly clientId: string
  readonly requestUri: string
  readonly method: 'GET' | 'POST'
}

const SCHEMES = ['openid4vp:', 'haip-vp:', 'haip:', 'eudi-openid4vp:', 'https:', 'http:']
const MAX_LINK = 8192
const MAX_REQUEST = 65_536
const TYPE = 'application/oauth-authz-req+jwt'

/** What this wallet says of itself when it fetches a request (§5.10, §10). */
const walletMetadata = (haip: boolean) => ({
  vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } },
  client_id_prefixes_supported: haip ? ['x509_hash'] : ['x509_hash', 'x509_san_dns'],
  request_object_signing_alg_values_supported: ['ES256'],
  response_types_supported: ['vp_token'],
  response_modes_supported: ['direct_post.jwt'],
})

/** Whether a scanned text looks like a request. The screen for requests then opens it. */
export const isRequestLink = (text: string): boolean => parametersOf(text)?.has('request_uri') ?? false

/** @throws {WalletError} WALLET_REQUEST_INVALID */
export function parseRequestLink(text: string): RequestLink {
  const parameters = parametersOf(text)
  if (!parameters) throw invalid('not_a_request')
  // A request in the link could be shown by anybody who recorded it. In person there are other ways (verifier/in-person).
  const [clientId, ...clientIds] = parameters.getAll('client_id')
  const [uri, ...uris] = parameters.getAll('request_uri')
  if (clientId === undefined || uri === undefined || clientIds.length + uris.length > 0) throw invalid('not_a_request')
  if (!URL.canParse(uri) || !isSecure(new URL(uri))) throw invalid('insecure_url')
  return { clientId, requestUri: uri, method: parameters.get('request_uri_method') === 'post' ? 'POST' : 'GET' }
}

/**
 * Fetches the signed request and verifies it.
 * @throws {WalletError} WALLET_REQUEST_INVALID, WALLET_REQUEST_UNSUPPORTED, WALLET_REQUEST_EXPIRED, WALLET_CLOCK,
 * WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
 */
export async function fetchRequest(
  { clientId, requestUri, method }: RequestLink,
  { fetcher, random, clock, settings: { haip } }: Pick<WalletPorts, 'fetcher' | 'random' | 'clock' | 'settings'>,
): Promise<VerifiedRequest> {
  const walletNonce = method === 'POST' ? toBase64url(random(16)) : null
  const body =
    walletNonce === null
      ? {}
      : {
          body: new URLSearchParams({
            wallet_nonce: walletNonce,
            wallet_metadata: JSON.stringify(walletMetadata(haip)),
          }),
        }
  const reply = await send(fetcher, requestUri, { method, headers: { accept: TYPE }, maxLength: MAX_REQUEST, ...body })
  if (reply.status === 404 || reply.status === 410) throw expired()
  if (reply.status !== 200) throw answerInvalid(hostOf(requestUri), `status ${reply.status}`)
  return verified(reply.text.trim(), { clientId, walletNonce, posted: true, haip, now: clock() })
}

/** @throws {WalletError} WALLET_REQUEST_INVALID, WALLET_REQUEST_UNSUPPORTED, WALLET_REQUEST_EXPIRED, WALLET_CLOCK */
export function verified(text: string, expected: Parameters<typeof verifyRequestObject>[1]): VerifiedRequest {
  try {
    return verifyRequestObject(parseRequestObject(text), expected)
  } catch (error) {
    throw asWalletError(error)
  }
}

function asWalletError(error: unknown): unknown {
  if (!(error instanceof VerifierError) || error.detail.code !== 'VERIFIER_REQUEST_REFUSED') return error
  const { reason } = error.detail
  switch (reason) {
    case 'expired':
      return expired(error)
    case 'not_yet_valid':
      return walletError(
        { code: 'WALLET_CLOCK', ahead: false },
        'The request is from the future. Set the clock.',
        error,
      )
    case 'unsupported':
    case 'transaction_data':
    case 'encryption':
      return walletError({ code: 'WALLET_REQUEST_UNSUPPORTED', reason }, error.message, error)
    case 'malformed':
    case 'query':
    case 'certificate':
    case 'signature':
    case 'client_id':
    case 'audience':
    case 'response_uri':
    case 'wallet_nonce':
      return invalid(reason, error)
  }
}

function parametersOf(text: string): URLSearchParams | null {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LINK || !URL.canParse(trimmed)) return null
  const { protocol, searchParams } = new URL(trimmed)
  return SCHEMES.includes(protocol) ? searchParams : null
}

export const expired = (cause?: unknown): WalletError =>
  walletError({ code: 'WALLET_REQUEST_EXPIRED' }, 'The time to answer this request is over. Ask for a new one.', cause)

export const invalid = (reason: string, cause?: unknown): WalletError =>
  walletError(
    { code: 'WALLET_REQUEST_INVALID', reason },
    `This request cannot be trusted: ${reason}. Ask for a new one; if it is refused again, share nothing.`,
    cause,
  )

/** A credential offer (OpenID4VCI 1.0 §4.1), as it is scanned, pasted or opened as a link. */
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../../../../lib/json.ts'
import { ParseError } from '../../../../lib/parse-error.ts'
import { isSecure } from '../../../../verifier/oid4vp/wallet-side/verify-request.ts'
import { type OfferProblem, walletError } from '../errors.ts'
import { getJson } from '../http.ts'

export interface OfferObject {
  /** The Credential Issuer Identifier, as the offer has it. */
  readonly issuer: string
  /** The ids of the offered configurations; null: all that the issuer has. */
  readonly configurations: readonly string[] | null
  readonly grant: OfferGrant
}

export type OfferGrant = PreAuthorizedGrant | AuthorizationGrant

/** The holder was identified already, and has the code. */
export interface PreAuthorizedGrant {
  readonly kind: 'pre-authorized_code'
  readonly code: string
  readonly txCode: { readonly length: number | null; readonly numeric: boolean } | null
  readonly authorizationServer: string | null
}

/** The issuer identifies the holder on a page of its own. */
export interface AuthorizationGrant {
  readonly kind: 'authorization_code'
  readonly issuerState: string | null
  readonly authorizationServer: string | null
}

export const PRE_AUTHORIZED_CODE = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
const AUTHORIZATION_CODE = 'authorization_code'
const MAX_LINK = 16_384
const MAX_CODE = 4096

/** Whether a scanned text looks like an offer. The screen for offers then opens it. */
export const isOfferLink = (text: string): boolean => parametersOf(text) !== null

/**
 * @throws {WalletError} WALLET_OFFER_INVALID, WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
 */
export async function resolveOffer(text: string, fetcher: typeof fetch): Promise<OfferObject> {
  const parameters = parametersOf(text)
  if (!parameters) throw invalid('not_an_offer')
  const { value, uri } = parameters
  if (value !== null) {
    try {
      return parseOffer(parseJsonObject(value, { numbers: 'any', maxLength: MAX_LINK }))
    } catch (error) {
      throw error instanceof ParseError ? invalid('not_an_offer', error) : error
    }
  }
  return parseOffer(await getJson(fetcher, secureUrl(uri)))
}

/** What a wallet that has no offer asks an issuer for: any of its cards (§5.1). */
export function withoutOffer(issuer: string): OfferObject {
  const grant = { kind: AUTHORIZATION_CODE, issuerState: null, authorizationServer: null } as const
  return { issuer: secureUrl(issuer), configurations: null, grant }
}

/**
 * The parameters of `openid-credential-offer://?…` and of `https://…?…`, which is how pages of wallets are addressed. Null
 * unless exactly one of the two is there.
 */
function parametersOf(text: string): { value: string; uri: null } | { value: null; uri: string } | null {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LINK || !URL.canParse(trimmed)) return null
  const { protocol, searchParams } = new URL(trimmed)
  if (!['openid-credential-offer:', 'haip-vci:', 'https:', 'http:'].includes(protocol)) return null
  const [values, uris] = [searchParams.getAll('credential_offer'), searchParams.getAll('credential_offer_uri')]
  if (values.length + uris.length !== 1) return null
  const [value] = values
  return value !== undefined ? { value, uri: null } : { value: null, uri: uris[0] as string }
}

function parseOffer({ credential_issuer: issuer, credential_configuration_ids: ids, grants }: JsonObject): OfferObject {
  if (typeof issuer !== 'string' || !Array.isArray(ids) || ids.length === 0 || ids.length > 64)
    throw invalid('not_an_offer')
  if (!ids.every(id => typeof id === 'string')) throw invalid('not_an_offer')
  secureUrl(issuer)
  return { issuer, configurations: ids as readonly string[], grant: grantOf(isJsonObject(grants) ? grants : {}) }
}

/** Of both grants the pre-authorized code, with which the holder was identified already. */
function grantOf({ [PRE_AUTHORIZED_CODE]: preAuthorized, [AUTHORIZATION_CODE]: authorization, ...others }: JsonObject) {
  if (isJsonObject(preAuthorized)) return preAuthorizedGrant(preAuthorized)
  if (isJsonObject(authorization)) return authorizationGrant(authorization)
  // §4.1.1: without grants, the authorization server's metadata say what is possible.
  if (preAuthorized === undefined && authorization === undefined && Object.keys(others).length === 0) {
    return authorizationGrant({})
  }
  throw invalid('no_grant')
}

function preAuthorizedGrant(grant: JsonObject): PreAuthorizedGrant {
  const { 'pre-authorized_code': code, tx_code } = grant
  if (typeof code !== 'string' || code === '' || code.length > MAX_CODE) throw invalid('not_an_offer')
  const txCode = isJsonObject(tx_code)
    ? { length: lengthOf(tx_code.length), numeric: tx_code.input_mode !== 'text' }
    : null
  return { kind: 'pre-authorized_code', code, txCode, authorizationServer: serverOf(grant) }
}

function authorizationGrant(grant: JsonObject): AuthorizationGrant {
  const { issuer_state: state = null } = grant
  if (state !== null && (typeof state !== 'string' || state.length > MAX_CODE)) throw invalid('not_an_offer')
  return { kind: AUTHORIZATION_CODE, issuerState: state, authorizationServer: serverOf(grant) }
}

const serverOf = ({ authorization_server: server }: JsonObject): string | null =>
  typeof server === 'string' ? server : null

const lengthOf = (length: JsonValue | undefined): number | null =>
  typeof length === 'number' && Number.isInteger(length) && length > 0 && length <= 32 ? length : null

function secureUrl(url: string): string {
  if (URL.canParse(url) && isSecure(new URL(url))) return url
  throw invalid('insecure_url')
}

export const invalid = (reason: OfferProblem, cause?: unknown) =>
  walletError(
    { code: 'WALLET_OFFER_INVALID', reason },
    `This offer cannot be used: ${reason}. Ask for a new one.`,
    cause,
  )

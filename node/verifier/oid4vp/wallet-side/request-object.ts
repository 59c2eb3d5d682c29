/** The signed authorization request as a wallet reads it (OpenID4VP 1.0 §5, RFC 9101). **Nothing in it is verified.** */
import type { P256Jwk } from '../../../lib/crypto.ts'
import { type Jws, type JwsKind, parseJws } from '../../../lib/jose/jws.ts'
import { isJsonObject, type JsonValue } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import type { CardQuery } from '../../dcql/query.ts'
import { checkQuery } from '../../dcql/validate.ts'
import { requestRefused, VerifierError } from '../../errors.ts'
import { type ContentEncryption, contentEncryptionOf, encryptionKeyOf, keysOf } from '../encryption-key.ts'

const REQUEST_OBJECT: JwsKind = { typ: 'oauth-authz-req+jwt', maxLength: 65_536, maxDepth: 16, numbers: 'any' }

export interface ParsedRequest {
  readonly jws: Jws
  /** DER in base64, leaf first. */
  readonly x5c: readonly string[]
  /** With its prefix. */
  readonly clientId: string
  readonly audience: JsonValue | undefined
  readonly nonce: string
  readonly state: string | null
  /** Null: the answer returns the way that the request came, as in person. */
  readonly responseUri: string | null
  readonly query: CardQuery
  /** To which the answer is encrypted. */
  readonly encryption: { readonly jwk: P256Jwk; readonly kid: string | undefined; readonly enc: ContentEncryption }
  /** As it was received; undefined if the request has none. */
  readonly verifierInfo: JsonValue | undefined
  readonly walletNonce: JsonValue | undefined
  readonly iat: UnixSeconds | null
  readonly nbf: UnixSeconds | null
  readonly exp: UnixSeconds | null
}

/** More entries than any request needs. */
const MAX_QUERIES = 32

/** @throws {VerifierError} VERIFIER_REQUEST_REFUSED malformed, unsupported, transaction_data, encryption, query */
export function parseRequestObject(text: string): ParsedRequest {
  const jws = parse(text)
  const { client_id, aud, nonce, state, response_uri, response_type, response_mode, redirect_uri } = jws.payload
  if (typeof client_id !== 'string') throw requestRefused('malformed', 'client_id is missing')
  // As §5.2 demands: ASCII, URL-safe, and enough to be no accident.
  if (typeof nonce !== 'string' || !/^[\x21-\x7e]{1,512}$/.test(nonce)) {
    throw requestRefused('malformed', 'nonce is missing or no text of 1 to 512 characters')
  }
  if (state !== undefined && !(typeof state === 'string' && state.length <= 2048)) {
    throw requestRefused('malformed', 'state is no text')
  }
  if (response_uri !== undefined && typeof response_uri !== 'string') {
    throw requestRefused('malformed', 'response_uri is no text')
  }
  if (response_type !== 'vp_token') throw requestRefused('unsupported', 'response_type is not vp_token')
  if (response_mode !== 'direct_post.jwt') {
    throw requestRefused('unsupported', 'its answer would not be encrypted: response_mode is not direct_post.jwt')
  }
  if (redirect_uri !== undefined) throw requestRefused('malformed', 'redirect_uri beside direct_post.jwt (§8.2)')
  if (jws.payload.transaction_data !== undefined) {
    throw requestRefused('transaction_data', 'it has transaction_data, of which no type is supported')
  }
  return {
    ...{ jws, clientId: client_id, audience: aud, nonce, state: state ?? null, responseUri: response_uri ?? null },
    x5c: certificates(jws.header.x5c),
    query: queryOf(jws.payload.dcql_query),
    encryption: encryptionOf(jws.payload.client_metadata),
    verifierInfo: jws.payload.verifier_info,
    walletNonce: jws.payload.wallet_nonce,
    iat: timeOf(jws.payload.iat, 'iat'),
    nbf: timeOf(jws.payload.nbf, 'nbf'),
    exp: timeOf(jws.payload.exp, 'exp'),
  }
}

function parse(text: string): Jws {
  try {
    return parseJws(text, REQUEST_OBJECT)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const reason = error.code === 'PARSE_UNSUPPORTED' ? 'unsupported' : 'malformed'
    throw requestRefused(reason, 'it is no request object that is signed with ES256', error)
  }
}

function certificates(x5c: JsonValue | undefined): readonly string[] {
  const isList = Array.isArray(x5c) && x5c.length > 0 && x5c.length <= 4 && x5c.every(each => typeof each === 'string')
  if (!isList) throw requestRefused('unsupported', 'it is not signed with a certificate (x5c)')
  return x5c as readonly string[]
}

function queryOf(query: JsonValue | undefined): CardQuery {
  if (query === undefined) throw requestRefused('unsupported', 'it has no dcql_query')
  try {
    const checked = checkQuery(query as unknown as CardQuery)
    if (checked.credentials.length <= MAX_QUERIES) return checked
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    throw requestRefused('query', error.message, error)
  }
  throw requestRefused('query', `it asks for more than ${MAX_QUERIES} credentials`)
}

function encryptionOf(metadata: JsonValue | undefined): ParsedRequest['encryption'] {
  const { jwks, encrypted_response_enc_values_supported: methods } = isJsonObject(metadata) ? metadata : {}
  const key = encryptionKeyOf(keysOf(jwks) ?? [])
  const enc = contentEncryptionOf(methods)
  if (!key || !enc) throw requestRefused('encryption', 'client_metadata has no key for ECDH-ES with AES-GCM')
  return { ...key, enc }
}

/** RFC 7519 §2: it may have fractions. */
function timeOf(value: JsonValue | undefined, name: string): UnixSeconds | null {
  if (value === undefined) return null
  if (typeof value === 'number' && value >= 0) return value
  throw requestRefused('malformed', `${name} is no time`)
}

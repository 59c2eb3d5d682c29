/**
 * The Status List Token in JWT format (draft-ietf-oauth-status-list §5.1). The list in it is compressed with ZLIB. The
 * caller compresses and decompresses it, with a limit on the length.
 */
import { fromBase64url, toBase64url } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws, type Sign, signJws } from '../lib/jose/jws.ts'
import { isJsonObject, type JsonValue } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { STATUS_BITS } from '../proof/registries/status.ts'
import { asCredentialError } from './errors.ts'
import { type StatusBits, statusListError } from './status-list.ts'

const STATUS_LIST: JwsKind = { typ: 'statuslist+jwt', maxLength: 8 * 2 ** 20, maxDepth: 8, numbers: 'any' }

export interface StatusListTokenInput {
  /** The URI of the list, byte for byte as credentials name it. */
  readonly uri: string
  readonly iat: UnixSeconds
  readonly exp: UnixSeconds
  /** For how many seconds a copy may be used before a new one should be fetched. */
  readonly ttl: number
  /** Two bits for each status, compressed with ZLIB. */
  readonly compressed: Uint8Array
  readonly x5c: readonly string[]
}

export function createStatusListToken(input: StatusListTokenInput, sign: Sign): string {
  const { uri, iat, exp, ttl, compressed, x5c } = input
  return signJws(
    { typ: STATUS_LIST.typ, x5c },
    { sub: uri, iat, exp, ttl, status_list: { bits: STATUS_BITS, lst: toBase64url(compressed) } },
    sign,
  )
}

/** Parsed, **not verified**. */
export interface StatusListToken {
  readonly jws: Jws
  readonly x5c: readonly string[]
  readonly sub: string
  readonly iat: UnixSeconds
  /** `iat`, or `nbf` where that is later. */
  readonly from: UnixSeconds
  readonly exp: UnixSeconds | null
  readonly ttl: number | null
  readonly bits: StatusBits
  readonly compressed: Uint8Array
}

/** @throws {CredentialError} CREDENTIAL_MALFORMED, CREDENTIAL_UNSUPPORTED, CREDENTIAL_STATUS_LIST */
export function parseStatusListToken(text: string): StatusListToken {
  const jws = parseToken(text)
  const { sub, iat, nbf, exp, ttl, status_list } = jws.payload
  const { bits, lst } = isJsonObject(status_list) ? status_list : {}
  if (typeof sub !== 'string' || typeof iat !== 'number') throw statusListError('sub and iat are required')
  if (!isOptionalCount(exp) || !isOptionalCount(ttl) || ttl === 0) throw statusListError('exp and ttl are positive')
  if (!isOptionalCount(nbf)) throw statusListError('nbf is a time')
  if (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8) throw statusListError('bits is 1, 2, 4 or 8')
  if (typeof lst !== 'string') throw statusListError('lst is required')
  // A list that is valid from a later time (RFC 7519 §4.1.5) counts as signed at that time.
  const from = Math.max(iat, nbf ?? iat)
  return {
    jws,
    x5c: certificates(jws),
    sub,
    iat,
    from,
    exp: exp ?? null,
    ttl: ttl ?? null,
    bits,
    compressed: decode(lst),
  }
}

/** How many seconds the time of a list may be ahead of our clock. */
const MAX_AHEAD = 60

/**
 * Checks signature, subject and times (§8.3). A token from the future is refused: a verifier that stores the newest
 * copy would prefer it to every genuine later one.
 * @throws {CredentialError} CREDENTIAL_STATUS_LIST
 */
export function verifyStatusListToken(
  token: StatusListToken,
  key: P256PublicKey,
  { uri, now }: { uri: string; now: UnixSeconds },
): StatusListToken {
  if (!isSignedBy(token.jws, key)) throw statusListError('its signature is wrong')
  if (token.sub !== uri) throw statusListError('it is the token of another list')
  if (token.from > now + MAX_AHEAD) throw statusListError('it is from the future')
  if (token.exp !== null && token.exp <= now) throw statusListError('it has expired')
  return token
}

function parseToken(text: string): Jws {
  try {
    return parseJws(text, STATUS_LIST)
  } catch (error) {
    throw asCredentialError(error, 'a part of the JWT cannot be decoded')
  }
}

const isOptionalCount = (value: JsonValue | undefined): value is number | undefined =>
  value === undefined || (typeof value === 'number' && value >= 0)

function certificates(jws: Jws): readonly string[] {
  const x5c = jws.header.x5c
  return Array.isArray(x5c) ? x5c.filter(item => typeof item === 'string') : []
}

function decode(lst: string): Uint8Array {
  try {
    return fromBase64url(lst)
  } catch (error) {
    throw error instanceof ParseError ? statusListError('lst is not base64url') : error
  }
}

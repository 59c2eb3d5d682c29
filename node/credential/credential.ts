import { isP256Coordinate, type P256Jwk, type P256PublicKey } from '../lib/crypto.ts'
import { isSignedBy } from '../lib/jose/jws.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { TEMPORARY_SECONDS } from './dates.ts'
import { badDisclosure, CredentialError, malformed } from './errors.ts'
import type { Disclosure } from './sd-jwt/disclosure.ts'
import type { SdJwt } from './sd-jwt/parse.ts'
import { type Placement, processDisclosures } from './sd-jwt/process.ts'

/**
 * A credential whose signature is valid and whose disclosures match the signed digests. Its times, its status and its
 * issuer are not judged yet.
 */
export interface Credential {
  readonly sdJwt: SdJwt
  /** The processed payload of RFC 9901. */
  readonly payload: JsonObject
  readonly iss: string
  readonly vct: string
  readonly iat: UnixSeconds
  readonly exp: UnixSeconds
  readonly nbf: UnixSeconds | null
  /** The holder key (`cnf.jwk`). */
  readonly holder: P256Jwk
  readonly status: { readonly uri: string; readonly idx: number }
  readonly anchorPending: boolean
  /** The disclosed anchor; null if none is shown. */
  readonly anchor: Disclosure | null
  /** The disclosed claims about the person and the card. */
  readonly claims: JsonObject
  /** The position of each disclosure in the payload. */
  readonly placements: readonly Placement[]
}

/**
 * Claims that must not be selectively disclosable: those that SD-JWT VC lists ("Registered JWT Claims"), and those that
 * the rules of this project read.
 */
const NEVER_SELECTIVE = new Set([
  'iss',
  'iat',
  'nbf',
  'exp',
  'cnf',
  'vct',
  'vct#integrity',
  'aka_vcts',
  'status',
  'anchor_pending',
])

/** One or more hashes with optional parameters (W3C Subresource Integrity §3.5, to which SD-JWT VC refers). */
const HASH = 'sha(?:256-[A-Za-z0-9+/]{43}=|384-[A-Za-z0-9+/]{64}|512-[A-Za-z0-9+/]{86}==)(?:\\?[\\x21-\\x7e]*)?'
const INTEGRITY = new RegExp(`^${HASH}(?: +${HASH})*$`)

/**
 * @throws {CredentialError} CREDENTIAL_BAD_SIGNATURE, CREDENTIAL_BAD_DISCLOSURE, or CREDENTIAL_MALFORMED if a required
 * member is missing
 */
export function verifyCredential(sdJwt: SdJwt, issuerKey: P256PublicKey): Credential {
  if (!isSignedBy(sdJwt.jws, issuerKey)) {
    throw new CredentialError(
      { code: 'CREDENTIAL_BAD_SIGNATURE' },
      'The signature is not that of the issuer: the card was altered or forged.',
    )
  }
  const { payload, placements } = processDisclosures(sdJwt.jws.payload, sdJwt.disclosures)
  let anchor: Disclosure | null = null
  for (const placement of placements) {
    const { parent, key, disclosure } = placement
    // A disclosure inside such a claim is refused too: one card could be bound to several holder keys, or have several
    // statuses.
    const outermost = parent === null ? key : placement.path[0]
    if (typeof outermost === 'string' && NEVER_SELECTIVE.has(outermost)) {
      throw badDisclosure('a claim that must not be selectively disclosable')
    }
    if (parent === null && key === 'anchor') anchor = disclosure
  }
  if (anchor === null && Object.hasOwn(payload, 'anchor')) throw badDisclosure('an anchor that is not a disclosure')
  return {
    ...parseMembers(payload),
    sdJwt,
    payload,
    anchor,
    claims: personalClaims(payload),
    placements,
  }
}

function parseMembers(payload: JsonObject) {
  const { iss, vct, iat, exp, nbf, cnf, status, anchor_pending } = payload
  if (typeof iss !== 'string' || typeof vct !== 'string') throw malformed('iss and vct are strings')
  if (typeof iat !== 'number' || typeof exp !== 'number') throw malformed('iat and exp are times')
  if (nbf !== undefined && typeof nbf !== 'number') throw malformed('nbf is a time')
  const integrity = payload['vct#integrity']
  if (integrity !== undefined && !(typeof integrity === 'string' && INTEGRITY.test(integrity))) {
    throw malformed('vct#integrity is integrity metadata')
  }
  if (anchor_pending !== undefined && anchor_pending !== true) throw malformed('anchor_pending is true or absent')
  if (anchor_pending && exp - iat > TEMPORARY_SECONDS) {
    throw malformed('a card without an anchor is valid for 72 hours at most')
  }
  return {
    iss,
    vct,
    iat,
    exp,
    nbf: nbf ?? null,
    holder: parseHolder(cnf),
    status: parseStatus(status),
    anchorPending: anchor_pending === true,
  }
}

function parseHolder(cnf: JsonValue | undefined): P256Jwk {
  const jwk = isJsonObject(cnf) ? cnf.jwk : undefined
  if (isJsonObject(jwk)) {
    const { kty, crv, x, y } = jwk
    if (kty === 'EC' && crv === 'P-256' && isP256Coordinate(x) && isP256Coordinate(y)) return { kty, crv, x, y }
  }
  throw malformed('cnf contains no P-256 key')
}

function parseStatus(status: JsonValue | undefined): { uri: string; idx: number } {
  const list = isJsonObject(status) ? status.status_list : undefined
  if (isJsonObject(list)) {
    const { uri, idx } = list
    if (typeof uri === 'string' && typeof idx === 'number' && idx >= 0) return { uri, idx }
  }
  throw malformed('no status list is named')
}

function personalClaims(payload: JsonObject): JsonObject {
  const claims: { [name: string]: JsonValue } = {}
  for (const name in payload) {
    if (!NEVER_SELECTIVE.has(name) && name !== 'anchor') claims[name] = payload[name] as JsonValue
  }
  return claims
}

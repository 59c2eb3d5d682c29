/**
 * The request policy of a relying party: what it may ask for, and what for. The council grants `request:<hash>` to the
 * organisation, where the hash is the SHA-256 of the policy's exact text. So a policy cannot be changed after it was
 * granted: another text is another policy.
 *
 * Wallets get the text from the request itself, in `verifier_info` (OpenID4VP 1.0 §5.1). It is a string of JSON there, and
 * not in base64url, because a request by value has to fit into a QR code, and plain text repeats the names of the query.
 * Why: docs/decisions/143-a-policy-is-granted-by-the-hash-of-its-text.md.
 */
import { sha256 } from '#crypto'
import { toHex, utf8 } from '../../lib/bytes.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../../lib/json.ts'
import { wrongLength, wrongValue } from '../../lib/parse-error.ts'
import { type ShownTexts, shownTexts } from './shown-text.ts'

/** The `format` of the entry in `verifier_info`. */
export const POLICY_FORMAT = 'dojang-request-policy'

export interface RequestPolicy {
  readonly version: 1
  /** What the holder sees beside the organisation's name, which is in the registry. */
  readonly name: ShownTexts
  readonly purposes: readonly ShownTexts[]
  /** What may be asked for. A path also permits what is below it. */
  readonly claims: readonly PolicyClaims[]
}

export interface PolicyClaims {
  readonly vct: string
  /** With `portrait` and `anchor`, where they may be asked for. */
  readonly paths: readonly (readonly string[])[]
}

/** UTF-16 units of a policy's text. */
export const POLICY_LIMIT = 8192
const MAX_PURPOSES = 8
const MAX_CARDS = 32
const MAX_PATHS = 64

/** The purpose of the grant for a policy with this text. */
export const policyPurpose = (text: string): string => `request:${toHex(sha256(utf8(text))).slice(2)}`

/** The text of a policy that this program makes. The same policy always has the same text. */
export function policyText({ version, name, purposes, claims }: RequestPolicy): string {
  const texts = ({ ko, en }: ShownTexts) => ({ ko, en })
  return JSON.stringify({
    version,
    name: texts(name),
    purposes: purposes.map(texts),
    claims: claims.map(({ vct, paths }) => ({ vct, paths })),
  })
}

/** @throws {ParseError} */
export function parsePolicy(text: string): RequestPolicy {
  if (text.length > POLICY_LIMIT) throw wrongLength('request policy', `at most ${POLICY_LIMIT} characters`, text.length)
  const policy = parseJsonObject(text, { maxLength: POLICY_LIMIT, maxDepth: 8 })
  requireMembers(policy, 'policy', ['version', 'name', 'purposes', 'claims'])
  if (policy.version !== 1) throw wrongValue('version', '1 expected')
  return {
    version: 1,
    name: shownTexts(policy.name, 'name', 60),
    purposes: listOf(policy.purposes, 'purposes', MAX_PURPOSES).map((each, i) =>
      shownTexts(each, `purposes.${i}`, 120),
    ),
    claims: parseClaims(policy.claims),
  }
}

function parseClaims(value: JsonValue | undefined): PolicyClaims[] {
  const claims = listOf(value, 'claims', MAX_CARDS).map((each, i) => {
    const at = `claims.${i}`
    if (!isJsonObject(each)) throw wrongValue(at, 'an object expected')
    requireMembers(each, at, ['vct', 'paths'])
    if (typeof each.vct !== 'string' || !/^[!-~]{1,200}$/.test(each.vct))
      throw wrongValue(`${at}.vct`, 'a type expected')
    const paths = listOf(each.paths, `${at}.paths`, MAX_PATHS).map((path, j) => parsePath(path, `${at}.paths.${j}`))
    return { vct: each.vct, paths }
  })
  if (new Set(claims.map(({ vct }) => vct)).size !== claims.length) throw wrongValue('claims', 'a vct occurs twice')
  return claims
}

function parsePath(value: JsonValue, at: string): string[] {
  const path = listOf(value, at, 4)
  if (path.every(name => typeof name === 'string' && /^[!-~]{1,64}$/.test(name))) return path as string[]
  throw wrongValue(at, 'names of visible ASCII characters expected')
}

function listOf(value: JsonValue | undefined, at: string, max: number): readonly JsonValue[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= max) return value
  throw wrongValue(at, `a list of 1 to ${max} expected`)
}

/** An unknown member could mean a restriction that this version does not know. */
function requireMembers(value: JsonObject, at: string, names: readonly string[]): void {
  if (Object.keys(value).every(name => names.includes(name))) return
  throw wrongValue(at, `only the members ${names.join(', ')} are known`)
}

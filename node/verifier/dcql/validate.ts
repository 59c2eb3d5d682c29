/**
 * Which DCQL queries are accepted: those that OpenID4VP 1.0 §6, §7 and Appendix B allow, member by member, and no query
 * that this verifier could not check. A query that requires nothing by mistake (an empty list of values, claims or
 * options) would otherwise be satisfied by any card.
 * Why: docs/decisions/086.
 */
import { VerifierError } from '../errors.ts'
import { AUTHORITY_KEY_ID } from '../oid4vp/setting.ts'
import type { CardQuery } from './query.ts'

/**
 * For queries that come from configuration or from code of others. Unknown members are ignored, as §6 demands.
 * @throws {VerifierError} VERIFIER_CONFIGURATION
 */
export function checkQuery(query: CardQuery): CardQuery {
  const { credentials, credential_sets } = object(query, 'query')
  const ids = uniqueIds(list(credentials, 'credentials').map((each, i) => credentialId(each, `credentials[${i}]`)))
  if (credential_sets !== undefined) {
    list(credential_sets, 'credential_sets').forEach((each, i) => {
      checkCredentialSet(each, `credential_sets[${i}]`, ids)
    })
  }
  return query
}

/** Checks one credential query (§6.1). */
function credentialId(value: unknown, at: string): string {
  const query = object(value, at)
  const { id, format, meta, multiple, trusted_authorities, require_cryptographic_holder_binding, claims } = query
  const found = identifier(id, `${at}.id`)
  checkMeta(format, object(meta, `${at}.meta`), at)
  optionalBoolean(multiple, `${at}.multiple`)
  optionalBoolean(require_cryptographic_holder_binding, `${at}.require_cryptographic_holder_binding`)
  if (require_cryptographic_holder_binding === false) {
    // A wallet could present a card without a key binding, which every check here requires.
    throw refused(`${at}.require_cryptographic_holder_binding`, 'true or absent, because this verifier requires it')
  }
  if (trusted_authorities !== undefined) {
    list(trusted_authorities, `${at}.trusted_authorities`).forEach((each, i) => {
      checkAuthorities(each, `${at}.trusted_authorities[${i}]`)
    })
  }
  const claimIds = claims === undefined ? undefined : checkClaims(claims, format === 'mso_mdoc', `${at}.claims`)
  if (query.claim_sets !== undefined) checkClaimSets(query.claim_sets, claimIds, at)
  return found
}

/** Appendices B.1.1, B.2.3 and B.3.5. Cards of other formats are never valid here, but may be requested beside ours. */
function checkMeta(format: unknown, meta: Members, at: string): void {
  switch (format) {
    case 'dc+sd-jwt':
      list(meta.vct_values, `${at}.meta.vct_values`).forEach((vct, i) => {
        string(vct, `${at}.meta.vct_values[${i}]`)
      })
      return
    case 'mso_mdoc':
      string(meta.doctype_value, `${at}.meta.doctype_value`)
      return
    case 'jwt_vc_json':
    case 'ldp_vc':
      list(meta.type_values, `${at}.meta.type_values`).forEach((types, i) => {
        list(types, `${at}.meta.type_values[${i}]`).forEach(type => {
          string(type, `${at}.meta.type_values[${i}]`)
        })
      })
      return
    default:
      throw refused(`${at}.format`, 'a format of OpenID4VP 1.0, Appendix B')
  }
}

/** §6.1.1. The authorities of other types could not be checked here. */
function checkAuthorities(value: unknown, at: string): void {
  const { type, values } = object(value, at)
  if (type !== 'aki') throw refused(`${at}.type`, '"aki", the only type that this verifier can check')
  list(values, `${at}.values`).forEach((each, i) => {
    if (typeof each !== 'string' || !AUTHORITY_KEY_ID.test(each))
      throw refused(`${at}.values[${i}]`, 'a key identifier in base64url')
  })
}

/** §6.3. @returns the ids that the claims have */
function checkClaims(value: unknown, mdoc: boolean, at: string): { ids: ReadonlySet<string>; complete: boolean } {
  const claims = list(value, at).map((each, i) => object(each, `${at}[${i}]`))
  const paths = claims.map(({ path, values, intent_to_retain }, i) => {
    if (values !== undefined) list(values, `${at}[${i}].values`).forEach(checkValue(`${at}[${i}].values`))
    if (mdoc) optionalBoolean(intent_to_retain, `${at}[${i}].intent_to_retain`)
    return JSON.stringify(checkPath(path, mdoc, `${at}[${i}].path`))
  })
  if (new Set(paths).size !== paths.length) throw refused(at, 'a list without the same path twice')
  const given = claims.flatMap(({ id }, i) => (id === undefined ? [] : [identifier(id, `${at}[${i}].id`)]))
  return { ids: uniqueIds(given), complete: given.length === claims.length }
}

/** §7; §7.2 for an mdoc. */
function checkPath(value: unknown, mdoc: boolean, at: string): readonly unknown[] {
  const path = list(value, at)
  if (mdoc && !(path.length === 2 && path.every(part => typeof part === 'string'))) {
    throw refused(at, 'a namespace and an element identifier')
  }
  const isPart = (part: unknown) => part === null || typeof part === 'string' || (isInteger(part) && part >= 0)
  if (!path.every(isPart)) throw refused(at, 'names, positions and nulls')
  return path
}

const checkValue = (at: string) => (value: unknown) => {
  if (typeof value !== 'string' && typeof value !== 'boolean' && !isInteger(value)) {
    throw refused(at, 'strings, integers and booleans')
  }
}

/** §6.4.1. An empty list of claims is refused, because a card that discloses nothing would answer the query. */
function checkClaimSets(value: unknown, claims: ReturnType<typeof checkClaims> | undefined, at: string): void {
  if (!claims) throw refused(`${at}.claim_sets`, 'absent if claims is absent')
  if (!claims.complete) throw refused(`${at}.claims`, 'a list of claims that all have an id, because of claim_sets')
  list(value, `${at}.claim_sets`).forEach((set, i) => {
    checkReferences(set, claims.ids, `${at}.claim_sets[${i}]`)
  })
}

/** §6.2 */
function checkCredentialSet(value: unknown, at: string, ids: ReadonlySet<string>): void {
  const { options, required } = object(value, at)
  list(options, `${at}.options`).forEach((option, i) => {
    checkReferences(option, ids, `${at}.options[${i}]`)
  })
  optionalBoolean(required, `${at}.required`)
}

function checkReferences(value: unknown, ids: ReadonlySet<string>, at: string): void {
  if (!list(value, at).every(id => typeof id === 'string' && ids.has(id))) throw refused(at, 'ids of this query')
}

function uniqueIds(ids: readonly string[]): ReadonlySet<string> {
  const unique = new Set(ids)
  if (unique.size !== ids.length) throw refused('id', 'an id that occurs once')
  return unique
}

type Members = Readonly<Record<string, unknown>>

function object(value: unknown, at: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw refused(at, 'an object')
}

function list(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value
  throw refused(at, 'a list that is not empty')
}

function string(value: unknown, at: string): void {
  if (typeof value !== 'string' || value === '') throw refused(at, 'a text that is not empty')
}

function identifier(value: unknown, at: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value)) return value
  throw refused(at, 'letters, digits, "_" and "-"')
}

function optionalBoolean(value: unknown, at: string): void {
  if (value !== undefined && typeof value !== 'boolean') throw refused(at, 'true, false or absent')
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value)

function refused(at: string, expected: string): VerifierError {
  return new VerifierError(
    { code: 'VERIFIER_CONFIGURATION', reason: 'query' },
    `The query cannot be used (OpenID4VP 1.0 §6): ${at} must be ${expected}. Correct it before you send it.`,
  )
}

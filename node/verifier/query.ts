/**
 * Requests in DCQL (OpenID4VP 1.0 §6), as far as SD-JWT VCs need it. An independent library parses them and matches the
 * presentations.
 */
import { DcqlError, DcqlPresentationResult, DcqlQuery, type DcqlSdJwtVcPresentation } from 'dcql'
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts'
import { VerifierError } from './errors.ts'

export interface CredentialQuery {
  readonly id: string
  readonly format: 'dc+sd-jwt'
  readonly meta: { readonly vct_values: readonly string[] }
  /** Whether several cards may answer the query. */
  readonly multiple?: boolean
  /**
   * For wallets, so that they offer only cards that count. The verifier itself uses the registry (docs/decisions/060).
   */
  readonly trusted_authorities?: readonly { readonly type: string; readonly values: readonly string[] }[]
  readonly claims?: readonly ClaimsQuery[]
  /** Lists of ids of `claims`. One of the lists is sufficient; earlier ones are preferred. */
  readonly claim_sets?: readonly (readonly string[])[]
}

export interface ClaimsQuery {
  /** Required if there are `claim_sets`. */
  readonly id?: string
  /** Member names, array indexes, or `null` for every element (§7). */
  readonly path: readonly (string | number | null)[]
  /** The accepted values. A wallet may ignore them; a presentation with another value does not answer the query. */
  readonly values?: readonly (string | number | boolean)[]
}

export interface CardQuery {
  readonly credentials: readonly CredentialQuery[]
  /** Without it, every credential is required. */
  readonly credential_sets?: readonly {
    readonly options: readonly (readonly string[])[]
    readonly required?: boolean
  }[]
}

/** A verified credential that answers a query. */
export interface AnsweringCredential {
  readonly query: string
  readonly vct: string
  /** The processed payload: disclosed claims, and those that are always visible. */
  readonly claims: JsonObject
}

/**
 * Checks a query from configuration or from other programs.
 * @throws {VerifierError} VERIFIER_CONFIGURATION
 */
export function checkQuery(query: CardQuery): CardQuery {
  parse(query)
  return query
}

/**
 * Whether the credentials together answer the query (§6.4, §8.6).
 * @returns the ids of queries that were answered incompletely. `false` without ids: a required credential is missing
 */
export function matchQuery(
  query: CardQuery,
  answers: readonly AnsweringCredential[],
): { satisfied: boolean; lacking: string[] } {
  const presentation: Record<string, [DcqlSdJwtVcPresentation, ...DcqlSdJwtVcPresentation[]]> = {}
  for (const { query: id, vct, claims } of answers) {
    const credential: DcqlSdJwtVcPresentation = {
      credential_format: 'dc+sd-jwt',
      vct,
      claims: claims as DcqlSdJwtVcPresentation['claims'],
      cryptographic_holder_binding: true,
    }
    const others = presentation[id]
    presentation[id] = others ? [...others, credential] : [credential]
  }
  const parsed = parse(query)
  const credentials = parsed.credentials.map(({ trusted_authorities: _, ...rest }) => rest)
  const dcqlQuery = { ...parsed, credentials } as DcqlQuery.Output
  const short = answers.filter(
    answer => !query.credentials.some(asked => asked.id === answer.query && hasClaimsOf(answer, asked)),
  )
  try {
    const result = DcqlPresentationResult.fromDcqlPresentation(presentation, { dcqlQuery })
    const lacking = Object.entries(result.credential_matches)
      .filter(([, match]) => !match.success || match.failed_credentials !== undefined)
      .map(([id]) => id)
    for (const { query: id } of short) if (!lacking.includes(id)) lacking.push(id)
    return { satisfied: result.can_be_satisfied && short.length === 0, lacking }
  } catch (error) {
    if (!(error instanceof DcqlError)) throw error
    // An answer to a query that was not made, or several to one query.
    return { satisfied: false, lacking: [] }
  }
}

/**
 * Whether all requested claims are present, or all claims of one claim set. Checked here, because the library accepts a
 * path that selects nothing.
 */
function hasClaimsOf({ claims }: AnsweringCredential, { claims: asked = [], claim_sets }: CredentialQuery): boolean {
  const there = ({ path }: ClaimsQuery) => selected(claims, path).length > 0
  if (!claim_sets) return asked.every(there)
  return claim_sets.some(set => set.every(id => asked.some(claim => claim.id === id && there(claim))))
}

/** The values that a claims path pointer selects (§7.1.1); none where it does not fit. */
function selected(claims: JsonObject, path: ClaimsQuery['path']): readonly JsonValue[] {
  let found: readonly JsonValue[] = [claims]
  for (const part of path) {
    const next: JsonValue[] = []
    for (const value of found) {
      if (typeof part === 'string') {
        if (!isJsonObject(value)) return []
        if (Object.hasOwn(value, part)) next.push(value[part] as JsonValue)
      } else {
        if (!Array.isArray(value)) return []
        next.push(...(part === null ? value : value.slice(part, part + 1)))
      }
    }
    found = next
  }
  return found
}

/**
 * The claims of a verified credential that its query requests. A wallet or its holder may show more, and a verifier
 * must not receive personal data that it did not request.
 * @param id of the answered query; all claims are returned if there is no such query
 */
export function askedFor(query: CardQuery, id: string | null, claims: JsonObject): JsonObject {
  const asked = query.credentials.find(each => each.id === id)
  if (!asked) return claims
  const paths = (asked.claims ?? []).map(({ path }) => path)
  return (pick(claims, paths) ?? {}) as JsonObject
}

/** The parts of a value that the paths select, in their positions; undefined if there are none. */
function pick(value: JsonValue, paths: readonly ClaimsQuery['path'][]): JsonValue | undefined {
  if (paths.length === 0) return undefined
  if (paths.some(path => path.length === 0)) return value
  const below = (each: JsonValue, ...parts: ClaimsQuery['path']) => {
    const rest = paths.flatMap(([part, ...rest]) => (part !== undefined && parts.includes(part) ? [rest] : []))
    return pick(each, rest)
  }
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((each, i) => below(each, null, i)).filter(each => each !== undefined)
  }
  if (!isJsonObject(value)) return undefined
  const members = Object.entries(value).map(([name, each]) => [name, below(each, name)] as const)
  return Object.fromEntries(members.filter(([, each]) => each !== undefined)) as JsonObject
}

function parse(query: CardQuery): DcqlQuery.Output {
  try {
    const parsed = DcqlQuery.parse(structuredClone(query) as unknown as DcqlQuery.Input)
    DcqlQuery.validate(parsed)
    return parsed
  } catch (cause) {
    throw new VerifierError(
      { code: 'VERIFIER_CONFIGURATION', reason: 'query' },
      'The query is not valid DCQL (OpenID4VP 1.0 §6). Correct it before asking anyone.',
      { cause },
    )
  }
}

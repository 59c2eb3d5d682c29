/** What is asked for, in DCQL (OpenID4VP 1.0 §6), as far as SD-JWT VCs need it; checked against an independent reader. */
import { DcqlError, DcqlPresentationResult, DcqlQuery, type DcqlSdJwtVcPresentation } from 'dcql'
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts'
import { VerifierError } from './errors.ts'

export interface CredentialQuery {
  readonly id: string
  readonly format: 'dc+sd-jwt'
  readonly meta: { readonly vct_values: readonly string[] }
  /** Whether several cards may answer it. */
  readonly multiple?: boolean
  /** For wallets, so that they show nothing in vain. Here the registry says whose cards count (docs/decisions/060). */
  readonly trusted_authorities?: readonly { readonly type: string; readonly values: readonly string[] }[]
  readonly claims?: readonly ClaimsQuery[]
  /** Ids of `claims`: any one of these lists will do, the first rather than the next. */
  readonly claim_sets?: readonly (readonly string[])[]
}

export interface ClaimsQuery {
  /** Needed where there are `claim_sets`. */
  readonly id?: string
  /** Member names, positions in arrays, `null` for every element (§7). */
  readonly path: readonly (string | number | null)[]
  /** One of these. A wallet may not heed it; an answer without it is not enough. */
  readonly values?: readonly (string | number | boolean)[]
}

export interface CardQuery {
  readonly credentials: readonly CredentialQuery[]
  /** Without it, every credential is needed. */
  readonly credential_sets?: readonly {
    readonly options: readonly (readonly string[])[]
    readonly required?: boolean
  }[]
}

/** A credential that was verified, as the query sees it. */
export interface AnsweringCredential {
  readonly query: string
  readonly vct: string
  /** The processed payload: what is disclosed and what is always in clear. */
  readonly claims: JsonObject
}

/**
 * For queries that come from configuration or from code of others.
 * @throws {VerifierError} VERIFIER_CONFIGURATION
 */
export function checkQuery(query: CardQuery): CardQuery {
  parse(query)
  return query
}

/**
 * Whether the credentials together answer the query (§6.4, §8.6).
 * @returns the ids of queries that were answered with too little; with none of them, `false` still says that
 * something needed is not there at all
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
    // An answer to a question not asked, or several to one.
    return { satisfied: false, lacking: [] }
  }
}

/** Whether every claim asked for is there, or every one of a claim set: the library counts what no path leads to. */
function hasClaimsOf({ claims }: AnsweringCredential, { claims: asked = [], claim_sets }: CredentialQuery): boolean {
  const there = ({ path }: ClaimsQuery) => selected(claims, path).length > 0
  if (!claim_sets) return asked.every(there)
  return claim_sets.some(set => set.every(id => asked.some(claim => claim.id === id && there(claim))))
}

/** What a claims path pointer selects (§7.1.1): nothing where it does not fit. */
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
 * Of a verified credential's claims, those that the query it answers asks for. A wallet, or its holder by mistake, may
 * show more; who asked for an age is not to be handed a number that it may not keep.
 * @param id of the query answered; all claims where there is no such query
 */
export function askedFor(query: CardQuery, id: string | null, claims: JsonObject): JsonObject {
  const asked = query.credentials.find(each => each.id === id)
  if (!asked) return claims
  const paths = (asked.claims ?? []).map(({ path }) => path)
  return (pick(claims, paths) ?? {}) as JsonObject
}

/** The parts of a value that the paths lead to, in their places; undefined if there are none. */
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

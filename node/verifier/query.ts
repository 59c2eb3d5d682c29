/** What is asked for, in DCQL (OpenID4VP 1.0 §6), as far as SD-JWT VCs need it; checked against an independent reader. */
import { DcqlPresentationResult, DcqlQuery, type DcqlSdJwtVcPresentation } from 'dcql'
import type { JsonObject } from '../lib/json.ts'
import { VerifierError } from './errors.ts'

export interface CredentialQuery {
  readonly id: string
  readonly format: 'dc+sd-jwt'
  readonly meta: { readonly vct_values: readonly string[] }
  readonly claims?: readonly { readonly path: readonly string[] }[]
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
export interface Answering {
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
export function matchQuery(query: CardQuery, answers: readonly Answering[]): { satisfied: boolean; lacking: string[] } {
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
  const dcqlQuery = parse(query)
  try {
    const result = DcqlPresentationResult.fromDcqlPresentation(presentation, { dcqlQuery })
    const lacking = Object.entries(result.credential_matches)
      .filter(([, match]) => !match.success || match.failed_credentials !== undefined)
      .map(([id]) => id)
    return { satisfied: result.can_be_satisfied, lacking }
  } catch {
    // An answer to a question not asked, or several to one.
    return { satisfied: false, lacking: [] }
  }
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

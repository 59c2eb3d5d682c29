/** Whether credentials answer a query (OpenID4VP 1.0 §6.4, §8.6). The wallet's choice is not relied on (§14.9). */
import { authorityKeyIds } from '../../credential/certificate.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { CardQuery, CredentialQuery } from './query.ts'
import { selected } from './select.ts'

/** A verified credential, as the query sees it. */
export interface AnsweringCredential {
  /** The id of the query that the wallet says it answers; null if it says none. */
  readonly query: string | null
  readonly vct: string
  /** The processed payload: disclosed claims and claims in the clear. */
  readonly claims: JsonObject
  /** The certificate chain, for `trusted_authorities`. */
  readonly x5c: readonly string[]
}

/**
 * @param query accepted by `checkQuery`
 * @returns `lacking`: the ids of queries that no credential answers completely
 */
export function matchQuery(
  query: CardQuery,
  answers: readonly AnsweringCredential[],
): { satisfied: boolean; lacking: string[] } {
  const queries = new Map(query.credentials.map(asked => [asked.id, asked]))
  const complete = new Map<string, number>()
  let unfit = false
  for (const answer of answers) {
    const asked = answer.query === null ? undefined : queries.get(answer.query)
    if (asked && isAnswer(answer, asked)) complete.set(asked.id, (complete.get(asked.id) ?? 0) + 1)
    else unfit = true
  }
  const tooMany = query.credentials.some(({ id, multiple }) => multiple !== true && (complete.get(id) ?? 0) > 1)
  const isAnswered = (id: string) => complete.has(id)
  const sets = query.credential_sets?.filter(({ required }) => required !== false)
  const enough = sets
    ? sets.every(({ options }) => options.some(option => option.every(isAnswered)))
    : query.credentials.every(({ id }) => isAnswered(id))
  const lacking = query.credentials.map(({ id }) => id).filter(id => !isAnswered(id))
  return { satisfied: enough && !unfit && !tooMany, lacking }
}

function isAnswer(answer: AnsweringCredential, asked: CredentialQuery): boolean {
  return (
    asked.format === 'dc+sd-jwt' &&
    asked.meta.vct_values.includes(answer.vct) &&
    hasClaims(answer.claims, asked) &&
    isOfAuthority(answer.x5c, asked)
  )
}

/** A claim whose value is null is disclosed. Of several selected elements, one with an expected value is enough. */
function hasClaims(claims: JsonObject, { claims: asked = [], claim_sets }: CredentialQuery): boolean {
  const has = ({ path, values }: (typeof asked)[number]): boolean => {
    if (isAnchorToCome(claims, path)) return true
    const found = selected(claims, path)
    return values ? found.some(value => values.some(expected => expected === value)) : found.length > 0
  }
  if (!claim_sets) return asked.every(has)
  return claim_sets.some(set => set.every(id => asked.some(claim => claim.id === id && has(claim))))
}

/** A temporary card has no receipt yet, and says so. What follows from that, the check of the anchor decides. */
const isAnchorToCome = (claims: JsonObject, path: readonly (string | number | null)[]): boolean =>
  claims.anchor_pending === true && path.length === 1 && path[0] === 'anchor'

/** §6.1.1.1 */
function isOfAuthority(x5c: readonly string[], { trusted_authorities }: CredentialQuery): boolean {
  if (!trusted_authorities) return true
  const found = authorityKeyIds(x5c)
  return trusted_authorities.some(({ values }) => values.some(value => found.includes(value)))
}

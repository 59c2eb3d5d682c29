/** What a request asks for, compared with a policy and with what is harmless. */
import type { CardQuery } from '../dcql/query.ts'
import type { RequestPolicy } from './policy.ts'

export interface AskedClaim {
  readonly vct: string
  /** As in the query. Empty: the card itself, with nothing but what every presentation of it shows. */
  readonly path: ClaimPath
}

export type ClaimPath = readonly (string | number | null)[]

/**
 * Claims that an asker gets from our wallet without a registration: they identify nobody. Every other claim may identify
 * somebody, also one of a card that this program does not know.
 */
const HARMLESS: ReadonlySet<unknown> = new Set(['age_equal_or_over', 'anchor', 'issuing_authority', 'date_of_expiry'])

export const isIdentifying = ([name]: ClaimPath): boolean => name !== undefined && !HARMLESS.has(name)

/** Every claim that the query asks for, of every type of card. */
export function askedClaims({ credentials }: CardQuery): AskedClaim[] {
  return credentials.flatMap(({ meta, claims = [] }) =>
    meta.vct_values.flatMap((vct): AskedClaim[] => [
      { vct, path: [] },
      ...claims.map(({ path }): AskedClaim => ({ vct, path })),
    ]),
  )
}

/** What the query asks for and the policy does not permit. A card that the policy does not name has an empty path. */
export function askedBeyond(query: CardQuery, { claims }: RequestPolicy): AskedClaim[] {
  const permitted = new Map(claims.map(({ vct, paths }) => [vct, paths]))
  const isPermitted = ({ vct, path }: AskedClaim): boolean => {
    const paths = permitted.get(vct)
    if (!paths) return false
    return path.length === 0 || paths.some(allowed => allowed.every((name, i) => path[i] === name))
  }
  return askedClaims(query).filter(asked => !isPermitted(asked))
}

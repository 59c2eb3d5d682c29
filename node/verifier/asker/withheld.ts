import type { CardQuery } from '../dcql/query.ts'
import { type AskedClaim, askedClaims, isIdentifying } from './asked.ts'
import type { AskerJudgement } from './judge.ts'

/**
 * What our wallet does not send to this asker, whatever the holder says: every claim that may identify somebody, unless
 * the asker is known to be registered.
 */
export function withheldClaims({ state }: AskerJudgement, query: CardQuery): AskedClaim[] {
  return state === 'registered' ? [] : askedClaims(query).filter(({ path }) => isIdentifying(path))
}

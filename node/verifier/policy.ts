import { VerifierError } from './errors.ts'
import { type CardQuery, checkQuery } from './query.ts'

/** What a verifier insists on, apart from the card being genuine. Presets make one; a relying party may bring its own. */
export interface Policy {
  /** `always`: every card must show its receipt. `if_distrusted`: only where trust cannot be had without it. */
  readonly anchor: 'always' | 'if_distrusted'
  /** Oldest view, in seconds, on which a good status counts. A bad one counts at any age. */
  readonly maxAge: number
  /** The request that the presentation answers; `null`: whatever is shown is looked at, nothing in particular is needed. */
  readonly query: CardQuery | null
  /** Must hold of every credential shown that answers the query named, which must be one of `query`. */
  readonly conditions: readonly Condition[]
}

/** A claim that must have this value. Kept out of the request: a wallet that knew the rule would have to judge by it. */
export interface Condition {
  /** `id` of a credential query; `null`: of every credential shown. */
  readonly query: string | null
  readonly path: readonly string[]
  readonly equals: string | number | boolean
}

/** How long a presentation is good for, and how far the clocks of a phone and a verifier may be apart; in seconds. */
export interface PresentationWindow {
  /** Oldest `iat` of a key binding. */
  readonly maxAge: number
  /** How far in the future its `iat` may lie. */
  readonly maxAhead: number
}

/** A request is answered within five minutes, and phones' clocks are rarely off by more than one. */
export const REMOTE_WINDOW: PresentationWindow = { maxAge: 360, maxAhead: 60 }

export const DEFAULT_POLICY: Policy = { anchor: 'always', maxAge: 600, query: null, conditions: [] }

/**
 * For programs without types: what is missing from a policy must not be what is not insisted on.
 * @throws {VerifierError} VERIFIER_CONFIGURATION
 */
export function checkPolicy({ anchor, maxAge, query, conditions }: Policy): void {
  if (anchor !== 'always' && anchor !== 'if_distrusted') throw invalid('policy.anchor', '"always" or "if_distrusted"')
  if (!isSeconds(maxAge)) throw invalid('policy.maxAge', 'a number of seconds')
  if (query !== null && !Array.isArray(query?.credentials)) throw invalid('policy.query', 'a query, or null')
  if (query !== null) checkQuery(query)
  const whole = Array.isArray(conditions) && conditions.every(isCondition)
  if (!whole) throw invalid('policy.conditions', 'a list of {query, path, equals}')
  // Otherwise it would hold of nothing, and nobody would notice.
  const asked = (id: string) => query?.credentials.some(credential => credential.id === id) ?? false
  if (!conditions.every(condition => condition.query === null || asked(condition.query))) {
    throw invalid('policy.conditions', 'null or the id of a credential query of policy.query')
  }
}

/** @throws {VerifierError} VERIFIER_CONFIGURATION */
export function checkExpected({ nonce, audience }: { readonly nonce: string; readonly audience: string }): void {
  if (!isName(nonce)) throw invalid('nonce', 'the one given to this wallet for this check')
  if (!isName(audience)) throw invalid('audience', 'who we are to the wallet')
}

/** @throws {VerifierError} VERIFIER_CONFIGURATION */
export function checkWindow({ maxAge, maxAhead }: PresentationWindow): void {
  if (!isSeconds(maxAge)) throw invalid('window.maxAge', 'a number of seconds')
  if (!isSeconds(maxAhead)) throw invalid('window.maxAhead', 'a number of seconds')
}

const isSeconds = (value: unknown): boolean => typeof value === 'number' && value >= 0
const isName = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isCondition = (condition: Condition): boolean =>
  (condition?.query === null || isName(condition?.query)) &&
  Array.isArray(condition.path) &&
  condition.path.length > 0 &&
  ['string', 'number', 'boolean'].includes(typeof condition.equals)

function invalid(reason: string, expected: string): VerifierError {
  const message = `${reason} is missing or wrong: ${expected} is expected.`
  return new VerifierError({ code: 'VERIFIER_CONFIGURATION', reason }, message)
}

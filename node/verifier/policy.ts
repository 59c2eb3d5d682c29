import type { CardQuery } from './dcql/query.ts'
import { checkQuery } from './dcql/validate.ts'
import { VerifierError } from './errors.ts'

/** What a verifier requires, besides a genuine card. Presets define one; a relying party may supply its own. */
export interface Policy {
  /** `always`: every card must show its receipt. `if_distrusted`: only where the card cannot be trusted without it. */
  readonly anchor: 'always' | 'if_distrusted'
  /** The oldest view, in seconds, on which a good status counts. A bad one counts at any age. */
  readonly maxAge: number
  /**
   * The request that the presentation answers; `null`: any presentation is judged, and no particular claim is needed.
   */
  readonly query: CardQuery | null
  /** Conditions on every shown credential that answers the named query, which must be one of `query`. */
  readonly conditions: readonly Condition[]
}

/**
 * A claim that must have this value. It is not part of the request: the wallet would have to judge by it
 * (docs/decisions/063).
 */
export interface Condition {
  /** `id` of a credential query; `null`: every shown credential. */
  readonly query: string | null
  readonly path: readonly string[]
  readonly equals: string | number | boolean
}

/** How long a presentation is valid, and how far the clocks of phone and verifier may differ, in seconds. */
export interface PresentationWindow {
  /** The greatest age of the `iat` of a key binding. */
  readonly maxAge: number
  /** How far in the future its `iat` may be. */
  readonly maxAhead: number
}

/** A request is answered within five minutes, and the clocks of phones rarely differ by more than one minute. */
export const REMOTE_WINDOW: PresentationWindow = { maxAge: 360, maxAhead: 60 }

export const DEFAULT_POLICY: Policy = { anchor: 'always', maxAge: 600, query: null, conditions: [] }

/**
 * Checks a policy of an untyped program, so that a missing member is not read as "not required".
 * @throws {VerifierError} VERIFIER_CONFIGURATION
 */
export function checkPolicy({ anchor, maxAge, query, conditions }: Policy): void {
  if (anchor !== 'always' && anchor !== 'if_distrusted') throw invalid('policy.anchor', '"always" or "if_distrusted"')
  if (!isSeconds(maxAge)) throw invalid('policy.maxAge', 'a number of seconds')
  if (query === undefined) throw invalid('policy.query', 'a query, or null')
  if (query !== null) checkQuery(query)
  const whole = Array.isArray(conditions) && conditions.every(isCondition)
  if (!whole) throw invalid('policy.conditions', 'a list of {query, path, equals}')
  // Otherwise the condition would apply to no credential, and nobody would notice.
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
  condition.path.every(name => typeof name === 'string') &&
  ['string', 'number', 'boolean'].includes(typeof condition.equals)

function invalid(reason: string, expected: string): VerifierError {
  const message = `${reason} is missing or wrong: ${expected} is expected.`
  return new VerifierError({ code: 'VERIFIER_CONFIGURATION', reason }, message)
}

import type { CardQuery } from './query.ts'

/** What a verifier insists on, apart from the card being genuine. Presets make one; a relying party may bring its own. */
export interface Policy {
  /** `always`: every card must show its receipt. `if_distrusted`: only where trust cannot be had without it. */
  readonly anchor: 'always' | 'if_distrusted'
  /** Oldest view, in seconds, on which a good status counts. A bad one counts at any age. */
  readonly maxAge: number
  /** The request that the presentation answers; `null`: whatever is shown is looked at, nothing in particular is needed. */
  readonly query: CardQuery | null
  /** Must hold of every credential shown that answers the query named. */
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

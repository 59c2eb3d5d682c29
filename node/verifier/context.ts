import type { UnixSeconds } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import type { Expectation } from './check-key-binding.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import type { Policy } from './policy.ts'
import type { StatusListSource } from './status/source.ts'
import type { Evidence } from './verdict.ts'
import type { PinnedView } from './view.ts'

/** What of the ledger profile a check needs. */
export interface TrustProfile {
  readonly chainId: number
  readonly contracts: { readonly anchorLog: { readonly address: string } }
}

/** The same for every credential of a presentation. */
export interface CheckContext {
  /** Null if nobody presents the card and it is only looked at. */
  readonly expected: Expectation | null
  readonly policy: Policy
  readonly profile: TrustProfile
  readonly ledger: PinnedView
  /** Whether the view is within the policy's age: only then does what it lacks count. */
  readonly fresh: boolean
  readonly statusLists: StatusListSource | null
  readonly keys: IssuerKeys
  readonly now: UnixSeconds
  /** Told of faults of our own (fault.ts). */
  readonly warn: Warn
}

export type EvidenceDraft = { -readonly [K in keyof Evidence]: Evidence[K] }

import type { UnixSeconds } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import type { Expectation } from './check-key-binding.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import type { Policy } from './policy.ts'
import type { StatusListSource } from './status/source.ts'
import type { Evidence } from './verdict.ts'
import type { PinnedView } from './view.ts'

/** The members of the ledger profile that a check needs. */
export interface TrustProfile {
  readonly chainId: number
  readonly contracts: { readonly anchorLog: { readonly address: string } }
}

/** The parameters that are the same for every credential of a presentation. */
export interface CheckContext {
  /** Null if the card is not presented: then no key binding is checked. */
  readonly expected: Expectation | null
  readonly policy: Policy
  readonly profile: TrustProfile
  readonly ledger: PinnedView
  /** Whether the view is within the policy's age. Only then does a missing record prove something. */
  readonly fresh: boolean
  readonly statusLists: StatusListSource | null
  readonly keys: IssuerKeys
  readonly now: UnixSeconds
  /** Receives internal faults (fault.ts). */
  readonly warn: Warn
}

export type EvidenceDraft = { -readonly [K in keyof Evidence]: Evidence[K] }

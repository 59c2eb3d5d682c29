import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'

/** What needs two people. */
export type ProposedAct =
  | { readonly kind: 'admit-administrator'; readonly name: string }
  | { readonly kind: 'stop-administrator'; readonly operator: string }
  | { readonly kind: 'status-many'; readonly credentials: readonly string[]; readonly to: StatusName }
  /** Until the end of the day. */
  | { readonly kind: 'raise-revocation-limit'; readonly perDay: number }

/** How far a confirmed change of many statuses is. */
export interface Progress {
  /** How many of the credentials were dealt with, in their order. */
  readonly done: number
  /** Those that could not be changed, with the code of the error. */
  readonly failed: readonly { readonly credential: string; readonly code: string }[]
}

/**
 *   open ──another operator──▶ confirmed ──▶ done
 *     │                                      (at once, but for many statuses)
 *     ├──another operator──▶ rejected
 *     └──7 days, a raised limit at the end of the day──▶ expired
 */
export interface Proposal {
  /** 16 random bytes, base64url. */
  readonly id: string
  readonly act: ProposedAct
  readonly reason: string
  /** The operator who proposed it. */
  readonly proposer: string
  readonly at: UnixSeconds
  readonly state: 'open' | 'confirmed' | 'done' | 'rejected'
  /** The operator who confirmed or rejected it. */
  readonly decider: string | null
  readonly decidedAt: UnixSeconds | null
  readonly progress: Progress | null
}

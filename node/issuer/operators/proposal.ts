import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'
import type { ExistingCards } from '../wallet-stops/wallet-stops.ts'

/** What needs two people. */
export type ProposedAct =
  | { readonly kind: 'admit-administrator'; readonly name: string }
  | { readonly kind: 'stop-administrator'; readonly operator: string }
  | { readonly kind: 'status-many'; readonly credentials: readonly string[]; readonly to: StatusName }
  /** Until the end of the day. */
  | { readonly kind: 'raise-revocation-limit'; readonly perDay: number }
  | StopWalletProvider
  /** `reinstate`: the cards that the stop suspended become VALID again. */
  | { readonly kind: 'lift-wallet-stop'; readonly provider: number; readonly reinstate: boolean }

/** Wallets of this provider get no more cards. */
export interface StopWalletProvider {
  readonly kind: 'stop-wallet-provider'
  /** Its organisation in the trust registry. */
  readonly provider: number
  readonly existing: ExistingCards
  /** How many cards on its wallets were neither revoked nor expired when that was proposed. */
  readonly cards: number
}

/** An act as somebody proposes it. */
export type NewAct = Exclude<ProposedAct, StopWalletProvider> | Omit<StopWalletProvider, 'cards'>

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

/** For the journal: neither the name nor the reason. */
export function factsOf(act: ProposedAct): Readonly<Record<string, string | number | boolean>> {
  switch (act.kind) {
    case 'admit-administrator':
      return { kind: act.kind }
    case 'stop-administrator':
      return { kind: act.kind, operator: act.operator }
    case 'status-many':
      return { kind: act.kind, credentials: act.credentials.length, to: act.to }
    case 'raise-revocation-limit':
      return { kind: act.kind, perDay: act.perDay }
    case 'stop-wallet-provider':
      return { kind: act.kind, provider: act.provider, existing: act.existing, cards: act.cards }
    case 'lift-wallet-stop':
      return { kind: act.kind, provider: act.provider, reinstate: act.reinstate }
  }
}

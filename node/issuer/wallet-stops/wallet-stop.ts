import type { UnixSeconds } from '../../lib/time.ts'
import { WALLET_STOP } from '../suspensions.ts'

/**
 * A wallet provider whose wallets get no more cards. What happens to the cards that they have depends on `suspendAt`.
 *
 *   waiting ──the date──▶ suspending ──none is VALID──▶ revoking ──all are INVALID──▶ done
 *      │                      └──────────────┬─────────────┴────────────────┘
 *      │                                     ├─ lifted, to reinstate ─▶ reinstating ─┐
 *      └─ lifted ────────────────────────────┴─ lifted ───────────────────────────────▶ lifted
 *
 * The date is compared with the time of the newest block, which never goes back, and not with the clock of this machine.
 */
export interface WalletStop {
  /** 16 random bytes, base64url. The suspensions that it made name it. */
  readonly id: string
  /** The provider's organisation in the trust registry, as installations name it. */
  readonly provider: string
  readonly state: 'waiting' | 'suspending' | 'revoking' | 'done' | 'reinstating' | 'lifted'
  /** Increases with each commit of this record. */
  readonly version: number
  readonly orderedAt: UnixSeconds
  readonly reason: string
  /** Null: its cards stay as they are. */
  readonly suspendAt: UnixSeconds | null
  /** How many of its cards were neither revoked nor expired when the stop was proposed. */
  readonly cards: number
  /** How far it is; null while it is `waiting`. */
  readonly walk: Walk | null
}

/** A walk through all cards of this authority, in the order of their ids. It is repeated until it finds nothing to do. */
export interface Walk {
  /** The id of the last card that was dealt with; '' at the beginning. */
  readonly after: string
  /** Transactions of this walk changed so many cards. */
  readonly changed: number
  /** Left for later, because the daily limit of their list is spent. */
  readonly skipped: number
  /** The cards that this walk has seen so far. */
  readonly seen: CardsByList
  /** The cards that the last whole walk saw, less those revoked since. Null during the first walk. */
  readonly left: CardsByList | null
  /** How many cards were suspended when the revocations began; null before. */
  readonly total: number | null
  /** Revocations begin at this time; null before all cards are suspended. */
  readonly revokeFrom: UnixSeconds | null
  /** Revocations of the day of this number, in days of the ledger's time. */
  readonly today: { readonly day: number; readonly revoked: number }
  /** On this day nothing more can be revoked. */
  readonly spentOn: number | null
}

/** How many cards of each status list are neither revoked nor expired. */
export type CardsByList = readonly (readonly [list: string, cards: number])[]

export const sumOf = (cards: CardsByList): number => cards.reduce((sum, [, many]) => sum + many, 0)

export const FIRST_WALK: Walk = {
  after: '',
  changed: 0,
  skipped: 0,
  seen: [],
  left: null,
  total: null,
  revokeFrom: null,
  today: { day: 0, revoked: 0 },
  spentOn: null,
}

/** Who made its suspensions, for the journal and for what it may reinstate. */
export const byOfStop = ({ id }: Pick<WalletStop, 'id'>): string => `${WALLET_STOP}${id}`

/** Its wallets get no cards. */
export const endsIssuing = ({ state }: WalletStop): boolean => state !== 'reinstating' && state !== 'lifted'

/** Its cards must not become VALID. */
export const keepsSuspended = ({ state }: WalletStop): boolean =>
  state === 'suspending' || state === 'revoking' || state === 'done'

export const isUnderWay = (stop: WalletStop): boolean =>
  stop.state === 'suspending' ||
  stop.state === 'revoking' ||
  stop.state === 'reinstating' ||
  (stop.state === 'waiting' && stop.suspendAt !== null)

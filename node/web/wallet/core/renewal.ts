/** What the wallet knows about the next card for one that it has. */
import { DAY, type UnixSeconds } from '../../../lib/time.ts'
import type { StatusName } from '../../../proof/registries/status.ts'

/** Who suspended a card, as far as its holder is told. */
export const REPORTERS = ['replacement', 'wallet_stop', 'telecom', 'holder', 'authority'] as const
export type Reporter = (typeof REPORTERS)[number]

/** Where a card is renewed; null if that is not known. */
export type RenewalPlace = 'home' | 'counter' | null

/** What the authority said about a card. */
export interface Told {
  readonly at: UnixSeconds
  /** From when it can be renewed; an outdated card at any time. */
  readonly renewFrom: UnixSeconds
  readonly where: 'home' | 'counter'
  /** The register has another address or name. */
  readonly outdated: boolean
  /** Null if nobody suspended it. */
  readonly suspendedBy: Reporter | null
  readonly suspendedSince: UnixSeconds | null
  /** The issuer gives this wallet no further card. */
  readonly walletStopped: boolean
}

export type RenewStep = 'asking' | 'waiting' | 'making' | 'checking'

export interface RenewOptions {
  /** Called at the beginning of each step. `waiting`: the issuer serves others first. */
  readonly onStep?: (step: RenewStep) => void
}

/** The window of cards about which the authority was not asked, in seconds. */
const WINDOW = 90 * DAY

/** What counts of a card. */
interface Renewable {
  readonly told: Told | null
  readonly expiresAt: UnixSeconds
  readonly renewable: boolean
  readonly renewing: boolean
  readonly status: { readonly word: StatusName } | null
}

export const renewFrom = ({ told, expiresAt }: Pick<Renewable, 'told' | 'expiresAt'>): UnixSeconds =>
  told?.renewFrom ?? expiresAt - WINDOW

export const daysLeft = (expiresAt: UnixSeconds, now: UnixSeconds): number =>
  Math.max(0, Math.ceil((expiresAt - now) / DAY))

/** Why the holder cannot press "renew" now, in the order in which it is told; null if that is possible. */
export type RenewalObstacle = 'ended' | 'expired' | 'suspended' | 'wallet_stopped' | 'not_due' | 'counter'

export function renewalObstacle(card: Renewable, now: UnixSeconds): RenewalObstacle | null {
  const { told, status, expiresAt, renewable, renewing } = card
  // The issuer may have suspended or revoked it for the next one, which this phone does not have yet.
  if (renewing && renewable && now < expiresAt) return null
  if (status?.word === 'INVALID') return 'ended'
  if (now >= expiresAt) return 'expired'
  if (status?.word === 'SUSPENDED') return 'suspended'
  if (told?.walletStopped) return 'wallet_stopped'
  if (!told?.outdated && now < renewFrom(card)) return 'not_due'
  return renewable && told?.where !== 'counter' ? null : 'counter'
}

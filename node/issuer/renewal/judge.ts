/** Whether a wallet gets the next card for the one that it has, without a new application. */
import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'
import { REPLACEMENT } from '../suspensions.ts'
import type { RenewalRefusal } from './refusal.ts'

/**
 * `undelivered`: a renewal whose card no wallet has acknowledged. Its answer may have been lost, and then the holder has no
 * card that is valid. `temporary`: a card that was issued while the ledger was out of reach is exchanged (docs/decisions/201).
 */
export type RenewalReason = 'due' | 'outdated' | 'undelivered' | 'temporary'

export interface RenewableCard {
  readonly status: StatusName
  /** Who suspended it, or has asked for that. */
  readonly suspendedBy: string | undefined
  readonly dueFrom: UnixSeconds
  readonly expiresAt: UnixSeconds
  readonly isTemporary: boolean
  readonly isOutdated: boolean
  /** How many cards in a row, with this one, were made as renewals and not acknowledged by a wallet. */
  readonly unacknowledged: number
  readonly atHome: boolean
}

/** So many cards in a row may be made because of lost answers. Many wallets never acknowledge a card. */
const MOST_UNACKNOWLEDGED = 5

export function judgeRenewal(
  card: RenewableCard,
  now: UnixSeconds,
): { readonly reason: RenewalReason } | { readonly refusal: RenewalRefusal } {
  const { status, suspendedBy, dueFrom, expiresAt, isTemporary, isOutdated, unacknowledged, atHome } = card
  if (status === 'INVALID' || now >= expiresAt) return { refusal: 'ended' }
  if (suspendedBy !== undefined && suspendedBy !== REPLACEMENT) return { refusal: 'suspended' }
  if (status === 'SUSPENDED') return { refusal: suspendedBy === REPLACEMENT ? 'replacing' : 'suspended' }
  if (isTemporary) return { reason: 'temporary' }
  if (unacknowledged > 0 && unacknowledged < MOST_UNACKNOWLEDGED) return { reason: 'undelivered' }
  const reason = isOutdated ? 'outdated' : now >= dueFrom ? 'due' : null
  if (reason === null) return { refusal: 'not_due' }
  return atHome ? { reason } : { refusal: 'counter' }
}

import type { UnixSeconds } from '../../lib/time.ts'
import type { Allowance } from './allowance.ts'
import { sumOf, type WalletStop } from './wallet-stop.ts'

/** How far a stop is, for people. */
export interface StopProgress {
  readonly state: WalletStop['state']
  readonly orderedAt: UnixSeconds
  readonly suspendAt: UnixSeconds | null
  /** The cards that it concerns. */
  readonly cards: number
  /** Of those, the ones that are not suspended yet. */
  readonly notYet: number
  readonly suspended: number
  readonly revoked: number
  /** When the revocations begin; null before all cards are suspended. */
  readonly revokeFrom: UnixSeconds | null
  /** When all will be revoked under the present limits; null before the revocations are due. */
  readonly expectedEnd: UnixSeconds | null
}

export async function progressOf(
  { state, orderedAt, suspendAt, cards, walk }: WalletStop,
  allowance: Allowance,
  now: UnixSeconds,
): Promise<StopProgress> {
  const facts = { state, orderedAt, suspendAt, revokeFrom: walk?.revokeFrom ?? null }
  if (!walk) return { ...facts, cards, notYet: cards, suspended: 0, revoked: 0, expectedEnd: null }
  const left = walk.left ?? walk.seen
  const suspended = sumOf(left)
  const isRevoking = state === 'revoking'
  return {
    ...facts,
    cards: walk.total ?? Math.max(cards, suspended),
    notYet: state === 'suspending' ? Math.max(0, cards - suspended) : 0,
    suspended,
    revoked: walk.total === null ? 0 : Math.max(0, walk.total - suspended),
    expectedEnd: isRevoking ? await allowance.end(left, Math.max(now, walk.revokeFrom ?? now)) : null,
  }
}

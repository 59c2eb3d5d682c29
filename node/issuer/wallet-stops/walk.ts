/** How far a stop is after a portion. */
import { DAY, type UnixSeconds, utcDay } from '../../lib/time.ts'
import type { Portion } from './portion.ts'
import type { ProviderCard } from './provider-cards.ts'
import { type CardsByList, FIRST_WALK, sumOf, type Walk, type WalletStop } from './wallet-stop.ts'

/** Seconds between the last suspension and the first revocation: for people who find that the stop was wrong. */
export const GRACE = DAY

/** @param isLast there is no card after this portion */
export function nextStop(
  act: 'suspending' | 'revoking' | 'reinstating',
  stop: WalletStop & { readonly walk: Walk },
  { dealt, live, changes, skipped }: Portion,
  isLast: boolean,
  now: UnixSeconds,
): WalletStop {
  const { walk } = stop
  const day = utcDay(now)
  const revoked = act === 'revoking' ? changes : []
  const seen = plus(walk.seen, act === 'revoking' ? without(live, revoked) : live, 1)
  const moved: Walk = {
    ...walk,
    after: dealt.at(-1)?.id ?? walk.after,
    changed: walk.changed + changes.length,
    skipped: walk.skipped + skipped,
    seen,
    left: walk.left && plus(walk.left, revoked, -1),
    today: { day, revoked: (walk.today.day === day ? walk.today.revoked : 0) + revoked.length },
  }
  if (!isLast) return { ...stop, walk: moved }
  const again: Walk = { ...moved, after: '', changed: 0, skipped: 0, seen: [], left: seen }
  if (moved.changed > 0) return { ...stop, walk: again }
  switch (act) {
    case 'suspending':
      return {
        ...stop,
        state: 'revoking',
        walk: { ...FIRST_WALK, left: seen, total: sumOf(seen), revokeFrom: now + GRACE },
      }
    case 'revoking':
      return moved.skipped > 0 ? { ...stop, walk: { ...again, spentOn: day } } : { ...stop, state: 'done', walk: again }
    case 'reinstating':
      return { ...stop, state: 'lifted', walk: again }
  }
}

function plus(counted: CardsByList, cards: readonly ProviderCard[], sign: 1 | -1): CardsByList {
  const sums = new Map(counted)
  for (const { record } of cards) sums.set(record.list, Math.max(0, (sums.get(record.list) ?? 0) + sign))
  return [...sums]
}

const without = (cards: readonly ProviderCard[], some: readonly ProviderCard[]): readonly ProviderCard[] => {
  const ids = new Set(some.map(({ id }) => id))
  return cards.filter(({ id }) => !ids.has(id))
}

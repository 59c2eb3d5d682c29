import type { UnixSeconds } from '../../../../lib/time.ts'
import type { StoreChange, WalletStore } from '../ports.ts'
import type { CardChecks } from '../trust/card-check.ts'
import type { StoredCard, StoredStatus } from './record.ts'

/** Learns the status of every card that is not revoked: a revocation is final. */
export async function refreshStatuses(store: WalletStore, checks: CardChecks, now: UnixSeconds): Promise<void> {
  const cards = (await store.all('card')) as StoredCard[]
  const changes: StoreChange[] = []
  for (const card of cards) {
    if (card.status?.word === 'INVALID') continue
    const { status } = await checks.judge(card.credential, now)
    if (!status) continue
    changes.push({ table: 'card', key: card.id, put: { ...card, status: later(card.status, status) } })
  }
  if (changes.length > 0) await store.commit(changes)
}

/** What is older than what is known changes nothing, unless it is worse: a bad status counts at any age. */
function later(known: StoredStatus | null, learned: Omit<StoredStatus, 'since'> | null): StoredStatus | null {
  if (!learned || (known && learned.at < known.at && learned.word === 'VALID')) return known
  return { ...learned, since: known?.word === learned.word ? known.since : learned.at }
}

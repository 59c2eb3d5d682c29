import { DAY, type UnixSeconds } from '../../../../lib/time.ts'
import type { Notice } from '../records.ts'
import { daysLeft, renewFrom } from '../renewal.ts'
import type { Knowledge, Protection } from '../wallet.ts'
import type { StoredCard } from './record.ts'

/** A status that was learned longer ago is told to the holder. */
const OLD_STATUS = 7 * DAY

const URGENCY: readonly Notice['kind'][] = [
  'renewal_unfinished',
  'revoked',
  'suspended',
  'clock',
  'wallet_stopped',
  'provisional',
  'expired',
  'outdated',
  'expires_soon',
  'status_old',
  'not_persistent',
]

/** What the holder should know, the most urgent first. */
export function noticesOf(
  cards: readonly StoredCard[],
  { clock }: Knowledge,
  protection: Protection | null,
  now: UnixSeconds,
): Notice[] {
  const notices = cards.filter(card => !isReplaced(card, cards)).flatMap(card => [...noticesOfCard(card, now)])
  if (clock === 'ahead' || clock === 'behind') notices.push({ kind: 'clock', ahead: clock === 'ahead' })
  if (protection && !protection.persistent && cards.length > 0) notices.push({ kind: 'not_persistent' })
  return notices.sort((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind))
}

/** The issuer ends a card when the next one is on the phone: nothing to worry about. */
const isReplaced = ({ vct, iss, receivedAt }: StoredCard, cards: readonly StoredCard[]): boolean =>
  cards.some(other => other.vct === vct && other.iss === iss && other.receivedAt > receivedAt)

function* noticesOfCard(card: StoredCard, now: UnixSeconds): Generator<Notice> {
  const { id: cardId, status, expiresAt, provisional, renewal } = card
  const told = card.told ?? null
  if (card.renewing && now < expiresAt) {
    yield { kind: 'renewal_unfinished', cardId }
    return
  }
  if (status?.word === 'INVALID') yield { kind: 'revoked', cardId, since: status.since }
  else if (status?.word === 'SUSPENDED') {
    const { suspendedBy: by = null, suspendedSince: since } = told ?? {}
    yield { kind: 'suspended', cardId, since: since ?? status.since, by }
  }
  if (status?.word === 'INVALID') return
  const where = renewal === null ? 'counter' : (told?.where ?? null)
  if (told?.walletStopped) yield { kind: 'wallet_stopped', cardId }
  if (now >= expiresAt) yield { kind: 'expired', cardId, expiresAt }
  else if (provisional) yield { kind: 'provisional', cardId, expiresAt }
  else if (told?.outdated) yield { kind: 'outdated', cardId, where }
  else if (now >= renewFrom({ told, expiresAt })) {
    yield { kind: 'expires_soon', cardId, expiresAt, days: daysLeft(expiresAt, now), where }
  }
  if (now - (status?.at ?? 0) > OLD_STATUS) yield { kind: 'status_old', cardId, at: status?.at ?? null }
}

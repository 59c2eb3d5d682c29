import { DAY, type UnixSeconds } from '../../../../lib/time.ts'
import type { Notice } from '../records.ts'
import type { Knowledge, Protection } from '../wallet.ts'
import type { StoredCard } from './record.ts'

/** How long before its end a holder is reminded of the renewal, in seconds. */
const REMINDER = 30 * DAY
/** A status that was learned longer ago is told to the holder. */
const OLD_STATUS = 7 * DAY

const URGENCY: readonly Notice['kind'][] = [
  'revoked',
  'suspended',
  'clock',
  'provisional',
  'expired',
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

function* noticesOfCard(
  { id: cardId, status, expiresAt, provisional }: StoredCard,
  now: UnixSeconds,
): Generator<Notice> {
  if (status?.word === 'INVALID') yield { kind: 'revoked', cardId, since: status.since }
  else if (status?.word === 'SUSPENDED') yield { kind: 'suspended', cardId, since: status.since }
  if (status?.word === 'INVALID') return
  if (now >= expiresAt) yield { kind: 'expired', cardId, expiresAt }
  else if (provisional) yield { kind: 'provisional', cardId, expiresAt }
  else if (now >= expiresAt - REMINDER) yield { kind: 'expires_soon', cardId, expiresAt }
  if (now - (status?.at ?? 0) > OLD_STATUS) yield { kind: 'status_old', cardId, at: status?.at ?? null }
}

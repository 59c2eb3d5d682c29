/** Signed presentations of the chosen cards. */
import { present } from '../../../../credential/sd-jwt/present.ts'
import type { UnixSeconds } from '../../../../lib/time.ts'
import type { VpToken } from '../../../../verifier/oid4vp/wallet-side/answer.ts'
import type { StoredCard } from '../cards/record.ts'
import { walletError } from '../errors.ts'
import type { HolderKey, Keys } from '../keys/keys.ts'
import type { HistoryEntry } from '../records.ts'
import type { Candidate } from '../wallet.ts'
import type { ChosenPart } from './choice.ts'

/** A chosen card with its key. */
export interface OpenCard {
  readonly query: string
  readonly card: StoredCard
  readonly key: HolderKey
  readonly disclose: readonly (readonly (string | number | null)[])[]
}

export interface Chosen {
  readonly chosen: readonly ChosenPart[]
  readonly held: ReadonlyMap<string, StoredCard>
  readonly keys: Keys
}

/** To what the presentations are bound. */
export interface Binding {
  readonly nonce: string
  readonly audience: string
  readonly iat: UnixSeconds
}

/** @throws {WalletError} WALLET_CARD_UNKNOWN, WALLET_KEY_LOST */
export async function openCards({ chosen, held, keys }: Chosen, prf: Uint8Array | null): Promise<OpenCard[]> {
  const open: OpenCard[] = []
  for (const { query, candidate } of chosen) {
    const card = held.get(candidate.cardId)
    if (!card) throw walletError({ code: 'WALLET_CARD_UNKNOWN' }, 'This wallet has no such card any more.')
    const disclose = candidate.claims.map(({ path }) => path)
    open.push({ query, card, key: await keys.open(card.id, prf), disclose })
  }
  return open
}

export async function vpToken(
  cards: readonly OpenCard[],
  { binding }: { readonly binding: Binding },
): Promise<VpToken> {
  const shown: [string, string[]][] = []
  for (const { query, card, key, disclose } of cards) {
    shown.push([query, [await present(card.credential, { disclose, ...binding, sign: key.sign })]])
  }
  // Unlike an assignment, this makes every name a member of its own.
  return Object.fromEntries(shown)
}

/** What the history remembers of it: names, and no values. */
export function sharedOf(
  { cardId, claims }: Candidate,
  held: ReadonlyMap<string, StoredCard>,
): HistoryEntry['cards'][number] {
  const { vct, name } = held.get(cardId) as StoredCard
  return { vct, name, claims: claims.map(({ path, label, beyond }) => ({ path, label, beyond })) }
}

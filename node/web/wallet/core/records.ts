/** What the wallet remembers and has to tell. */
import type { UnixSeconds } from '../../../lib/time.ts'
import type { RenewalPlace, Reporter } from './renewal.ts'
import type { Texts } from './texts.ts'

export type Notice =
  | { readonly kind: 'revoked'; readonly cardId: string; readonly since: UnixSeconds }
  /** `by`: null while the authority was not asked, or is not the issuer. */
  | { readonly kind: 'suspended'; readonly cardId: string; readonly since: UnixSeconds; readonly by: Reporter | null }
  | { readonly kind: 'expired'; readonly cardId: string; readonly expiresAt: UnixSeconds }
  /** A renewal was begun, and its card is not on this phone yet. */
  | { readonly kind: 'renewal_unfinished'; readonly cardId: string }
  /** In its window of renewal. */
  | {
      readonly kind: 'expires_soon'
      readonly cardId: string
      readonly expiresAt: UnixSeconds
      readonly days: number
      readonly where: RenewalPlace
    }
  /** The register has another address or name than the card. */
  | { readonly kind: 'outdated'; readonly cardId: string; readonly where: RenewalPlace }
  /** The issuer gives this wallet no further card. */
  | { readonly kind: 'wallet_stopped'; readonly cardId: string }
  /** Issued while the ledger was out of reach. */
  | { readonly kind: 'provisional'; readonly cardId: string; readonly expiresAt: UnixSeconds }
  /** The status was last learned so long ago. */
  | { readonly kind: 'status_old'; readonly cardId: string; readonly at: UnixSeconds | null }
  /** The browser may delete the cards when it needs room. */
  | { readonly kind: 'not_persistent' }
  | { readonly kind: 'clock'; readonly ahead: boolean }

export interface HistoryEntry {
  readonly id: string
  readonly at: UnixSeconds
  readonly act: 'received' | 'shared' | 'declined' | 'removed'
  /** The issuer, or who asked: the name in the registry; null if it has none there. */
  readonly party: string | null
  /** Where the answer went; null in person. */
  readonly host: string | null
  readonly purposes: readonly Texts[]
  readonly cards: readonly { readonly vct: string; readonly name: Texts; readonly claims: readonly SharedName[] }[]
}

/** What was shared, without its value. */
export interface SharedName {
  readonly path: readonly (string | number | null)[]
  readonly label: Texts | null
  readonly beyond: boolean
}

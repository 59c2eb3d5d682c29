/** What the wallet remembers and has to tell. */
import type { UnixSeconds } from '../../../lib/time.ts'
import type { Texts } from './texts.ts'

export type Notice =
  | { readonly kind: 'revoked' | 'suspended'; readonly cardId: string; readonly since: UnixSeconds }
  | { readonly kind: 'expired' | 'expires_soon'; readonly cardId: string; readonly expiresAt: UnixSeconds }
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

/** What is wrong with a journal. */
export type Finding =
  /** The entry does not have the hash that was stored for it. */
  | { readonly kind: 'changed'; readonly entry: number }
  /** The entry is not there. */
  | { readonly kind: 'removed'; readonly entry: number }
  /** The entry was not written by the journal's writer. `entry` is its number in the database. */
  | { readonly kind: 'added'; readonly entry: number }
  /** At this number is the entry that had the number `found`. */
  | { readonly kind: 'reordered'; readonly entry: number; readonly found: number }
  /** The entry is right, and the hash that is stored for it is not. */
  | { readonly kind: 'hash-changed'; readonly entry: number }
  /** The hash that the writer stored as the last one is not that of the last entry. */
  | { readonly kind: 'head-changed'; readonly entry: number }
  /** The hashes of these entries do not lead to the root that the ledger has for the day. */
  | { readonly kind: 'day-differs'; readonly day: string; readonly first: number; readonly last: number }
  /** The database has another range of entries for the day than the ledger. */
  | { readonly kind: 'day-moved'; readonly day: string; readonly first: number; readonly last: number }
  /** The ledger has two roots for the day. */
  | { readonly kind: 'second-root'; readonly day: string; readonly root: string; readonly block: number }
  /** The range of the day overlaps with that of another one on the ledger, or does not follow it. */
  | { readonly kind: 'overlap'; readonly day: string; readonly root: string; readonly block: number }
  /** The ledger has a root that no day of the database has. */
  | { readonly kind: 'unknown-root'; readonly root: string; readonly block: number }
  /** The database says that the day is on the ledger, and it is not. */
  | { readonly kind: 'not-on-ledger'; readonly day: string; readonly root: string }
  /** The root of the day was disowned. */
  | { readonly kind: 'disowned'; readonly day: string; readonly root: string }

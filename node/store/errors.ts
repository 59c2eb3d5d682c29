import { DojangError } from '../lib/errors.ts'

export type StoreFailure =
  /** Another process has the database open. */
  | { readonly code: 'STORE_IN_USE'; readonly path: string }
  /** LevelDB cannot open or write: full disk, damaged file, missing permission. */
  | { readonly code: 'STORE_IO'; readonly path: string; readonly reason: string }
  /** A record that was acknowledged is damaged in the write-ahead log: opening it would lose that and all after it. */
  | { readonly code: 'STORE_DAMAGED'; readonly path: string; readonly faults: readonly string[] }
  /** The database was written by a newer version. */
  | { readonly code: 'STORE_SCHEMA'; readonly found: number; readonly known: number }
  /** The person's data key is gone: erased, and by design beyond recovery. */
  | { readonly code: 'STORE_PERSON_ERASED' }
  /** A sealed record does not open: wrong master key, or the record was changed or moved. */
  | { readonly code: 'STORE_SEAL_BROKEN' }

export class StoreError extends DojangError<StoreFailure> {
  override name = 'StoreError'
}

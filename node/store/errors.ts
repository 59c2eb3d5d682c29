import { DojangError } from '../lib/errors.ts'

export type StoreFailure =
  /** Another process has the database open. */
  | { readonly code: 'STORE_IN_USE'; readonly path: string }
  /** LevelDB cannot open the database or cannot write: full disk, damaged file, missing permission. */
  | { readonly code: 'STORE_IO'; readonly path: string; readonly reason: string }
  /** An acknowledged record in the write-ahead log is damaged. LevelDB would drop it and all records after it. */
  | { readonly code: 'STORE_DAMAGED'; readonly path: string; readonly faults: readonly string[] }
  /** The database was written by a newer version. */
  | { readonly code: 'STORE_SCHEMA'; readonly found: number; readonly known: number }
  /** The person was erased: the person's data key is deleted and cannot be recovered. */
  | { readonly code: 'STORE_PERSON_ERASED' }
  /** A sealed record cannot be decrypted: wrong master key, or the record was changed or moved. */
  | { readonly code: 'STORE_SEAL_BROKEN' }

export class StoreError extends DojangError<StoreFailure> {
  override name = 'StoreError'
}

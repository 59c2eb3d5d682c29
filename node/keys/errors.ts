import { DojangError } from '../lib/errors.ts'

/** `file`: its path. Never what is in it. */
export type KeysFailure =
  /** An install in use lacks a key that nothing else can stand in for. */
  | { readonly code: 'KEYS_MISSING'; readonly file: string }
  /** A file holds no key, or not one of its kind. */
  | { readonly code: 'KEYS_UNREADABLE'; readonly file: string }
  /** A key that the ledger does not know as this authority's: of another install, perhaps. */
  | { readonly code: 'KEYS_FOREIGN'; readonly file: string }

export class KeysError extends DojangError<KeysFailure> {
  override name = 'KeysError'
}

import { DojangError } from '../lib/errors.ts'

/** `file`: its path. Never what is in it. */
export type KeysFailure =
  /** An install in use lacks a key that nothing else can stand in for. */
  | { readonly code: 'KEYS_MISSING'; readonly file: string }
  /** A file holds no key, or not one of its kind. */
  | { readonly code: 'KEYS_UNREADABLE'; readonly file: string }
  /** The ledger does not know the key as this authority's: it may belong to another install. */
  | { readonly code: 'KEYS_FOREIGN'; readonly file: string }
  /** What was given for https is no certificate with its key, or one of another host. */
  | { readonly code: 'KEYS_TLS'; readonly file: string; readonly reason: string }

export class KeysError extends DojangError<KeysFailure> {
  override name = 'KeysError'
}

import { DojangError } from '../lib/errors.ts'

/** `file` is the path, never the content. */
export type KeysFailure =
  /** An install in use lacks a key that cannot be replaced. */
  | { readonly code: 'KEYS_MISSING'; readonly file: string }
  /** Other users may read or change these files. */
  | { readonly code: 'KEYS_EXPOSED'; readonly files: readonly string[] }
  /** A file does not contain a key of the expected type. */
  | { readonly code: 'KEYS_UNREADABLE'; readonly file: string }
  /** The ledger does not list this key for this authority. It may belong to another install. */
  | { readonly code: 'KEYS_FOREIGN'; readonly file: string }
  /** The files given for https are not a certificate and its key, or are for another host. */
  | { readonly code: 'KEYS_TLS'; readonly file: string; readonly reason: string }

export class KeysError extends DojangError<KeysFailure> {
  override name = 'KeysError'
}

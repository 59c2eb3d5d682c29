import { DojangError } from '../../../lib/errors.ts'

export type LockFailure =
  /** Line and passkey, or the recovery code, are not those of a phone. Does not say what is wrong, or whose the line is. */
  | { readonly code: 'LOCK_REFUSED' }
  /** Too many wrong tries for this line or from this address. */
  | { readonly code: 'LOCK_TRIES'; readonly minutes: number }
  /** The holder has to prove again who they are. */
  | { readonly code: 'LOCK_SESSION_ENDED' }
  /** No card was issued to a wallet with this key. */
  | { readonly code: 'LOCK_NO_CARDS' }
  /** The passkey or the code was not taken: the ceremony is too old, or the phone's present passkey did not agree. */
  | { readonly code: 'LOCK_MEANS_REFUSED'; readonly reason: 'passkey' | 'consent' }

export class LockError extends DojangError<LockFailure> {
  override name = 'LockError'
}

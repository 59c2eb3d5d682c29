import { DojangError } from '../../lib/errors.ts'

export type MachineFailure =
  /** No machine client has this id. */
  | { readonly code: 'MACHINE_UNKNOWN'; readonly machine: string }
  /** Webhooks cannot go to this URL. */
  | { readonly code: 'MACHINE_WEBHOOK_REFUSED'; readonly reason: string }
  /** The token endpoint refuses the request. `error` is the code of RFC 6749 §5.2. */
  | { readonly code: 'MACHINE_REQUEST_REFUSED'; readonly error: TokenErrorCode }

export type TokenErrorCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope'

export class MachineError extends DojangError<MachineFailure> {
  override name = 'MachineError'
}

/** The message is sent as `error_description`: without any part of the request. */
export const refused = (error: TokenErrorCode, message: string, cause?: unknown): MachineError =>
  new MachineError({ code: 'MACHINE_REQUEST_REFUSED', error }, message, { cause })

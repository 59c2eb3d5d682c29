import { DojangError } from '../lib/errors.ts'

export type StatusFailure =
  /** No open list has an index left. */
  | { readonly code: 'STATUS_LISTS_FULL' }
  /** No list of that number is served here. */
  | { readonly code: 'STATUS_LIST_UNKNOWN'; readonly list: string }

export class StatusError extends DojangError<StatusFailure> {
  override name = 'StatusError'
}

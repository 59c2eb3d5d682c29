import { DojangError } from '../lib/errors.ts'

/** What a request or the server itself can fail with; all but the last stand in problem documents only. */
export type ServerFailure =
  | { readonly code: 'HTTP_REQUEST_INVALID' }
  | { readonly code: 'HTTP_BODY_TOO_LARGE' }
  | { readonly code: 'HTTP_UNAUTHENTICATED' }
  | { readonly code: 'HTTP_NOT_FOUND' }
  | { readonly code: 'HTTP_METHOD_NOT_ALLOWED' }
  | { readonly code: 'HTTP_TOO_MANY_REQUESTS' }
  | { readonly code: 'HTTP_INTERNAL' }
  /** A status list as of another time. */
  | { readonly code: 'HTTP_NO_HISTORY' }
  /** Heads and snapshots of a ledger without seals. */
  | { readonly code: 'HTTP_NO_SEALS' }
  /** The replica has not caught up for the first time. */
  | { readonly code: 'HTTP_NOT_YET' }
  /** A follower too far behind. */
  | { readonly code: 'HTTP_DELTA_TOO_LONG' }
  /** Something else listens there. */
  | { readonly code: 'HTTP_PORT_TAKEN'; readonly port: number }

export class ServerError extends DojangError<ServerFailure> {
  override name = 'ServerError'
}

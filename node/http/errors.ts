import { DojangError } from '../lib/errors.ts'

/** Failures of a request or of the server. All but the last occur only in problem documents. */
export type ServerFailure =
  | { readonly code: 'HTTP_REQUEST_INVALID' }
  | { readonly code: 'HTTP_BODY_TOO_LARGE' }
  | { readonly code: 'HTTP_UNAUTHENTICATED' }
  /** The role or the scopes of the caller do not include the route. */
  | { readonly code: 'HTTP_FORBIDDEN' }
  /** The route needs a passkey touch of the last two minutes. */
  | { readonly code: 'HTTP_TOUCH_NEEDED' }
  /** A page of another origin, or a request under another host name. */
  | { readonly code: 'HTTP_ORIGIN_REFUSED' }
  | { readonly code: 'HTTP_NOT_FOUND' }
  | { readonly code: 'HTTP_METHOD_NOT_ALLOWED' }
  | { readonly code: 'HTTP_TOO_MANY_REQUESTS' }
  | { readonly code: 'HTTP_INTERNAL' }
  /** A status list was requested for a time in the past. */
  | { readonly code: 'HTTP_NO_HISTORY' }
  /** No checkpoint of the ledger's log has enough cosignatures yet. */
  | { readonly code: 'HTTP_NO_CHECKPOINT' }
  /** Heads or snapshots were requested of a ledger without seals. */
  | { readonly code: 'HTTP_NO_SEALS' }
  /** The replica has not proved its first head yet. */
  | { readonly code: 'HTTP_NOT_YET' }
  /** The browser code was not built when the program was installed. */
  | { readonly code: 'HTTP_SCREENS_NOT_BUILT' }
  /** A follower is too far behind for a delta. */
  | { readonly code: 'HTTP_DELTA_TOO_LONG' }
  /** The socket for the command line cannot be created. */
  | { readonly code: 'HTTP_SOCKET'; readonly path: string; readonly reason: string }
  /** The system does not let the node listen there. `reason` is its code. */
  | { readonly code: 'HTTP_CANNOT_LISTEN'; readonly host: string; readonly port: number; readonly reason: string }
  /** Another program listens on the port. */
  | { readonly code: 'HTTP_PORT_TAKEN'; readonly port: number }

export class ServerError extends DojangError<ServerFailure> {
  override name = 'ServerError'
}

import { DojangError } from '../lib/errors.ts'

/** What a request or the server itself can fail with; all but the last stand in problem documents only. */
export type ServerFailure =
  | { readonly code: 'HTTP_REQUEST_INVALID' }
  | { readonly code: 'HTTP_BODY_TOO_LARGE' }
  | { readonly code: 'HTTP_UNAUTHENTICATED' }
  | { readonly code: 'HTTP_NOT_FOUND' }
  | { readonly code: 'HTTP_TOO_MANY_REQUESTS' }
  | { readonly code: 'HTTP_INTERNAL' }
  /** Something else listens there. */
  | { readonly code: 'HTTP_PORT_TAKEN'; readonly port: number }

export class ServerError extends DojangError<ServerFailure> {
  override name = 'ServerError'
}

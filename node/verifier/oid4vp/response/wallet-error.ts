import type { JsonValue } from '../../../lib/json.ts'
import type { Finding } from '../../verdict.ts'

/** Error codes of a wallet that does not support the request (OpenID4VP 1.0 §8.5, RFC 6749 §4.1.2.1). */
const NOT_SUPPORTED = new Set([
  'invalid_request',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_request_uri_method',
  'invalid_client',
  'invalid_scope',
  'invalid_transaction_data',
  'unauthorized_client',
  'unsupported_response_type',
  'vp_formats_not_supported',
])

/**
 * The verdict for a wallet's error. A wallet without such a card also answers `access_denied`. An error code is a text (RFC
 * 6749 §4.1.2.1).
 */
export function findingOf(error: JsonValue): Finding {
  if (typeof error !== 'string') return { outcome: 'unreadable', reason: 'malformed' }
  return NOT_SUPPORTED.has(error)
    ? { outcome: 'unreadable', reason: 'unsupported' }
    : { outcome: 'retry', reason: 'declined' }
}

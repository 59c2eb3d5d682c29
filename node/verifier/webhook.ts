/**
 * The receiver's side of a webhook: whether a delivery is of the verifier service (or the authority's node) that the program
 * knows, for this receiver, and of now. The other side is issuer/machines/webhook-signature.ts.
 */
import { importP256 } from '#crypto'
import { toBase64url, utf8 } from '../lib/bytes.ts'
import type { P256Jwk } from '../lib/crypto.ts'
import { parseP256Jwk, thumbprint } from '../lib/jose/jwk.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws } from '../lib/jose/jws.ts'
import type { JsonObject } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import { type Clock, MINUTE } from '../lib/time.ts'
import { VerifierError, type WebhookProblem } from './errors.ts'

const KIND: JwsKind = { typ: 'dojang-webhook+jws', maxLength: 1 << 17 }

export interface WebhookOptions {
  /** The body as it arrived, byte for byte: parsed and written again, it may be another text. */
  readonly body: Uint8Array | string
  /** The header `Dojang-Signature`; null or undefined if there was none. */
  readonly signature: string | null | undefined
  /** What `<public URL>/webhooks/jwks.json` serves, parsed. Fetch it by https, and again after `key`. */
  readonly keys: unknown
  /** Whom the delivery has to be for: the id of your API key, or your client_id at an authority. */
  readonly receiver: string
  readonly clock: Clock
  /** Seconds that the time of a delivery may differ from the clock's. Default: 300. */
  readonly maxAge?: number
}

/** A message that was verified. Whoever sent it may send it again: ignore an `id` that you have. */
export interface WebhookMessage extends JsonObject {
  /** Of a verdict: that of the request, a text. Of an authority's event: the number of the journal's entry. */
  readonly id: string | number
  /** `verdict`, or an event of the authority. */
  readonly event: string
}

/**
 * @throws {VerifierError} VERIFIER_WEBHOOK with the first fault. Answer 400, and act on nothing in the body
 */
export function verifyWebhook(options: WebhookOptions): WebhookMessage {
  const { body, signature, keys, receiver, clock, maxAge = 5 * MINUTE } = options
  const jws = parsed(signature, body)
  const { kid, aud, iat } = jws.header
  if (!isSignedBy(jws, importP256(keyOf(keys, kid)))) throw refused('signature')
  if (aud !== receiver) throw refused('receiver')
  if (typeof iat !== 'number' || Math.abs(clock() - iat) > maxAge) throw refused('time')
  const { id, event } = jws.payload
  const isMessage = (typeof id === 'string' || typeof id === 'number') && typeof event === 'string'
  if (!isMessage) throw refused('malformed')
  return { ...jws.payload, id, event }
}

function parsed(signature: string | null | undefined, body: Uint8Array | string): Jws {
  const parts = signature?.split('.') ?? []
  // Detached (RFC 7515 Appendix F): the middle is the body.
  if (parts.length !== 3 || parts[1] !== '') throw refused('malformed')
  const payload = toBase64url(typeof body === 'string' ? utf8(body) : body)
  try {
    return parseJws(`${parts[0]}.${payload}.${parts[2]}`, KIND)
  } catch (error) {
    throw error instanceof ParseError ? refused('malformed', error) : error
  }
}

/** The key with this thumbprint. A key set says nothing by its order, and its names are checked. */
function keyOf(set: unknown, kid: unknown): P256Jwk {
  const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
  if (!Array.isArray(keys)) throw refused('key')
  for (const each of keys) {
    try {
      const jwk = parseP256Jwk(each)
      if (thumbprint(jwk) === kid) return jwk
    } catch (error) {
      // A key of another kind concerns somebody else.
      if (!(error instanceof ParseError)) throw error
    }
  }
  throw refused('key')
}

const refused = (reason: WebhookProblem, cause?: unknown) =>
  new VerifierError(
    { code: 'VERIFIER_WEBHOOK', reason },
    `This is no delivery of a webhook for you: ${reason}. Answer 400, and use nothing of it.`,
    { cause },
  )

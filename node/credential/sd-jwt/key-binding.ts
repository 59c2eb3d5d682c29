import { sha256Base64url } from '#crypto'
import { ascii, textToBase64url, toBase64url } from '../../lib/bytes.ts'
import type { P256PublicKey } from '../../lib/crypto.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws } from '../../lib/jose/jws.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { CredentialError, type KeyBindingProblem } from '../errors.ts'
import { JSON_LIMITS } from '../header.ts'
import type { SdJwt } from './parse.ts'

/** RFC 7519 §2 allows fractions in a NumericDate, and wallets write them. */
const KEY_BINDING_JWS: JwsKind = { ...JSON_LIMITS, typ: 'kb+jwt', numbers: 'any' }

/** What the holder signed. The verifier judges audience, nonce and times. */
export interface KeyBinding {
  readonly audience: string
  readonly nonce: string
  /** May have fractions. The same is true of `exp` and `nbf`, which are `null` where the wallet sets none. */
  readonly iat: UnixSeconds
  readonly exp: UnixSeconds | null
  readonly nbf: UnixSeconds | null
  readonly payload: JsonObject
}

/**
 * Checks that the holder key signed exactly what is presented (RFC 9901 §7.3, step 5, without the comparison of
 * audience, nonce and times). A missing key binding is refused.
 * @param holderKey the key in `cnf` of the credential
 * @throws {CredentialError} CREDENTIAL_KEY_BINDING with the first reason that applies
 */
export function verifyKeyBinding(sdJwt: SdJwt, holderKey: P256PublicKey): KeyBinding {
  if (sdJwt.keyBinding === null) throw refused('missing')
  const jws = parseKeyBinding(sdJwt.keyBinding)
  if (!isSignedBy(jws, holderKey)) throw refused('signature')
  const { aud, nonce, iat, sd_hash, exp, nbf } = jws.payload
  if (typeof aud !== 'string' || typeof nonce !== 'string' || typeof iat !== 'number' || typeof sd_hash !== 'string') {
    throw refused('malformed')
  }
  if (!isOptionalTime(exp) || !isOptionalTime(nbf)) throw refused('malformed')
  if (sd_hash !== sha256Base64url(sdJwt.presented)) throw refused('sd_hash')
  return { audience: aud, nonce, iat, exp: exp ?? null, nbf: nbf ?? null, payload: jws.payload }
}

/** For the holder: the text to sign with ES256, and the complete presentation once it is signed. */
export function createKeyBinding(
  presented: string,
  { audience, nonce, iat }: { audience: string; nonce: string; iat: UnixSeconds },
): { readonly signingInput: Uint8Array; complete(signature: Uint8Array): string } {
  const header = JSON.stringify({ alg: 'ES256', typ: KEY_BINDING_JWS.typ })
  const payload = JSON.stringify({ iat, aud: audience, nonce, sd_hash: sha256Base64url(presented) })
  const text = `${textToBase64url(header)}.${textToBase64url(payload)}`
  return {
    signingInput: ascii(text),
    complete: signature => `${presented}${text}.${toBase64url(signature)}`,
  }
}

const isOptionalTime = (value: JsonValue | undefined): value is number | undefined =>
  value === undefined || typeof value === 'number'

function parseKeyBinding(text: string): Jws {
  try {
    return parseJws(text, KEY_BINDING_JWS)
  } catch (error) {
    throw error instanceof ParseError ? refused('malformed', error) : error
  }
}

const refused = (reason: KeyBindingProblem, cause?: unknown): CredentialError =>
  new CredentialError(
    { code: 'CREDENTIAL_KEY_BINDING', reason },
    `The presentation is not bound to its holder: ${reason}. Ask the holder to present again.`,
    { cause },
  )

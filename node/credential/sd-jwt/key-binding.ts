import { sha256Base64url } from '#crypto'
import { ascii, textToBase64url, toBase64url } from '../../lib/bytes.ts'
import type { P256PublicKey } from '../../lib/crypto.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { CredentialError, type KeyBindingProblem } from '../errors.ts'
import { isSignedBy, JSON_LIMITS, type Jws, parseJws } from '../jws.ts'
import type { SdJwt } from './parse.ts'

const KEY_BINDING_TYP = 'kb+jwt'

export interface KeyBindingExpectation {
  /** Who asked: compared byte for byte with `aud`. */
  readonly audience: string
  readonly nonce: string
  readonly now: UnixSeconds
  /** Seconds that `iat` may lie behind `now`. */
  readonly maxAge: number
  /** Seconds that `iat` may lie ahead of `now`; `exp` and `nbf`, where a wallet sets them, may be off by as much. */
  readonly maxAhead: number
}

export interface KeyBinding {
  readonly iat: UnixSeconds
  readonly payload: JsonObject
}

/**
 * That whoever holds the credential's key made this presentation, for this asker, now (RFC 9901 §7.3, step 5).
 * Whether to ask for a key binding is the caller's policy; here it is required.
 * @param holderKey the credential's own `cnf` key
 * @throws {CredentialError} CREDENTIAL_KEY_BINDING with the first reason that applies
 */
export function verifyKeyBinding(sdJwt: SdJwt, holderKey: P256PublicKey, expected: KeyBindingExpectation): KeyBinding {
  if (sdJwt.keyBinding === null) throw refused('missing')
  const jws = parseKeyBinding(sdJwt.keyBinding)
  if (!isSignedBy(jws, holderKey)) throw refused('signature')
  const { aud, nonce, iat, sd_hash, exp, nbf } = jws.payload
  if (typeof aud !== 'string' || typeof nonce !== 'string' || typeof iat !== 'number' || typeof sd_hash !== 'string') {
    throw refused('malformed')
  }
  if (!isOptionalTime(exp) || !isOptionalTime(nbf)) throw refused('malformed')
  if (sd_hash !== sha256Base64url(sdJwt.presented)) throw refused('sd_hash')
  if (aud !== expected.audience) throw refused('audience')
  if (nonce !== expected.nonce) throw refused('nonce')
  if (iat < expected.now - expected.maxAge) throw refused('stale')
  // Step 5.8: a valid JWT in all other respects (RFC 7519 §4.1.4 and §4.1.5).
  if (exp !== undefined && exp + expected.maxAhead <= expected.now) throw refused('stale')
  if (Math.max(iat, nbf ?? iat) > expected.now + expected.maxAhead) throw refused('future')
  return { iat: Math.floor(iat), payload: jws.payload }
}

/** The holder's side: what to sign (ES256), and the whole presentation once it is signed. */
export function createKeyBinding(
  presented: string,
  { audience, nonce, iat }: { audience: string; nonce: string; iat: UnixSeconds },
): { readonly signingInput: Uint8Array; complete(signature: Uint8Array): string } {
  const header = JSON.stringify({ alg: 'ES256', typ: KEY_BINDING_TYP })
  const payload = JSON.stringify({ iat, aud: audience, nonce, sd_hash: sha256Base64url(presented) })
  const text = `${textToBase64url(header)}.${textToBase64url(payload)}`
  return {
    signingInput: ascii(text),
    complete: signature => `${presented}${text}.${toBase64url(signature)}`,
  }
}

/** RFC 7519 §2: a NumericDate may have fractions, and wallets write them. */
const LIMITS = { ...JSON_LIMITS, numbers: 'any' } as const

const isOptionalTime = (value: JsonValue | undefined): value is number | undefined =>
  value === undefined || typeof value === 'number'

function parseKeyBinding(text: string): Jws {
  try {
    return parseJws(text, KEY_BINDING_TYP, LIMITS)
  } catch (cause) {
    throw refused('malformed', cause)
  }
}

const refused = (reason: KeyBindingProblem, cause?: unknown): CredentialError =>
  new CredentialError(
    { code: 'CREDENTIAL_KEY_BINDING', reason },
    `The presentation is not bound to its holder and this request: ${reason}. Ask the holder to present again.`,
    { cause },
  )

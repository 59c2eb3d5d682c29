/**
 * The key with which this device signs its requests, and the certificate that the registered verifier gave it. The private
 * key is made here and never leaves: the browser refuses to export it.
 */
import type { UnixSeconds } from '../../../lib/time.ts'
import { call } from '../../kit/api.ts'
import type { Store } from './store.ts'

export interface Till {
  /** DER in base64: this device's certificate, then that of the registered key (RFC 7515 §4.1.6). */
  readonly x5c: readonly string[]
  /** The end of the certificate. */
  readonly until: UnixSeconds
  /** ES256: r and s, 32 bytes each. */
  readonly sign: (signingInput: Uint8Array) => Promise<Uint8Array>
}

interface KeptTill {
  readonly x5c: readonly string[]
  readonly until: UnixSeconds
  readonly jwk: JsonWebKey
  readonly key: CryptoKey
}

/** What the verifier answers: `CertifiedTill` in verifier/tills/. */
interface Certified {
  readonly x5c: readonly string[]
  readonly notAfter: UnixSeconds
}

const TILL = 'till'
/** Seconds before the end of a certificate of seven days. */
const RENEW_BEFORE = 3 * 86_400
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

/**
 * Makes a key and has it certified.
 * @param code the one-time code that the verifier's administrator made for this device; null in a demo, which needs none
 * @throws {Refused} {Unreachable} as `call`
 */
export async function registerTill(base: string, code: string | null, store: Store): Promise<Till> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(P256, false, ['sign', 'verify'])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
  return certify(base, { kty: 'EC', crv: 'P-256', x, y }, privateKey, store, code)
}

/**
 * The kept till. While there is a network, its certificate is renewed before it ends: the verifier knows the key.
 * @returns null if this device was never registered
 */
export async function currentTill(base: string, store: Store, now: UnixSeconds): Promise<Till | null> {
  const kept = await store.get<KeptTill>(TILL)
  if (kept === undefined) return null
  if (kept.until - now > RENEW_BEFORE) return tillOf(kept)
  try {
    return await certify(base, kept.jwk, kept.key, store, null)
  } catch {
    // No network, or the registration was ended: what is left of the certificate counts.
    return tillOf(kept)
  }
}

async function certify(
  base: string,
  jwk: JsonWebKey,
  key: CryptoKey,
  store: Store,
  code: string | null,
): Promise<Till> {
  const body = { jwk, ...(code !== null && { code }) }
  const { x5c, notAfter } = await call<Certified>(`${base}/tills`, { method: 'POST', body })
  const kept: KeptTill = { x5c, until: notAfter, jwk, key }
  await store.put(TILL, kept)
  return tillOf(kept)
}

function tillOf({ x5c, until, key }: KeptTill): Till {
  const sign = async (signingInput: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, signingInput as BufferSource))
  return { x5c, until, sign }
}

/**
 * The key with which this device signs its requests, and the certificate that the registered verifier gave it. The private
 * key is made here and never leaves: the browser refuses to export it.
 */
import type { UnixSeconds } from '../../../lib/time.ts'
import { call } from '../../kit/api.ts'
import type { Store } from './store.ts'

export interface Till {
  readonly name: string
  /** DER in base64: this device's certificate, then that of the registered key (RFC 7515 §4.1.6). */
  readonly x5c: readonly string[]
  /** The end of the certificate. */
  readonly until: UnixSeconds
  /** ES256: r and s, 32 bytes each. */
  readonly sign: (signingInput: Uint8Array) => Promise<Uint8Array>
}

interface KeptTill {
  readonly name: string
  readonly x5c: readonly string[]
  readonly until: UnixSeconds
  readonly key: CryptoKey
}

const TILL = 'till'
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

export async function keptTill(store: Store): Promise<Till | null> {
  const kept = await store.get<KeptTill>(TILL)
  return kept === undefined ? null : tillOf(kept)
}

/**
 * Makes a key and has it certified.
 * @param code the one-time code that the verifier's administrator made for this device; null in a demo, which needs none
 * @throws {Refused} {Unreachable} as `call`
 */
export async function registerTill(base: string, code: string | null, store: Store): Promise<Till> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(P256, false, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const body = { ...(code !== null && { code }), jwk: { kty, crv, x, y } }
  const certified = await call<Omit<KeptTill, 'key'>>(`${base}/tills`, { method: 'POST', body })
  const kept: KeptTill = { name: certified.name, x5c: certified.x5c, until: certified.until, key: privateKey }
  await store.put(TILL, kept)
  return tillOf(kept)
}

export const forgetTill = (store: Store): Promise<void> => store.delete(TILL)

function tillOf({ name, x5c, until, key }: KeptTill): Till {
  const sign = async (signingInput: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, signingInput as BufferSource))
  return { name, x5c, until, sign }
}

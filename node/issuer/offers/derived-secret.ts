import { hkdfSync } from 'node:crypto'

/** Derives a secret for one purpose from the master key (RFC 5869). The master key cannot be computed from it. */
export function derivedSecret(master: Uint8Array, purpose: string, length = 32): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `dojang issuer ${purpose}`, length))
}

import { hkdfSync } from 'node:crypto'

/** A secret of this install for one purpose (RFC 5869). Each purpose gets another, and none leads back to the master key. */
export function derivedSecret(master: Uint8Array, purpose: string, length = 32): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `dojang issuer ${purpose}`, length))
}

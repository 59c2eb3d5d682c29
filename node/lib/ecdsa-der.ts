/**
 * The two forms of an ECDSA signature over P-256: r ‖ s, 64 bytes (RFC 7518 §3.4), and the DER SEQUENCE of two INTEGERs
 * (RFC 3279 §2.2.3). Node converts between them too, but each time it exports the key in OpenSSL's older form for that,
 * which costs as much as a signature.
 * Why: docs/decisions/098.
 */

const HALF = 32
const SEQUENCE = 0x30
const INTEGER = 0x02

/** @param signature r ‖ s, 64 bytes */
export function toDer(signature: Uint8Array): Uint8Array {
  const der = new Uint8Array(6 + 2 * (HALF + 1))
  der[0] = SEQUENCE
  const end = writeInteger(der, writeInteger(der, 2, signature.subarray(0, HALF)), signature.subarray(HALF))
  der[1] = end - 2
  return der.subarray(0, end)
}

/** @param der as OpenSSL writes it, for a curve of 256 bits */
export function fromDer(der: Uint8Array): Uint8Array {
  const signature = new Uint8Array(2 * HALF)
  let at = 2
  for (const end of [HALF, 2 * HALF]) {
    const length = der[at + 1] as number
    const value = der.subarray(at + 2, at + 2 + length)
    // A zero byte may precede 32 others, because an INTEGER has a sign.
    const magnitude = length > HALF ? value.subarray(1) : value
    signature.set(magnitude, end - magnitude.length)
    at += 2 + length
  }
  return signature
}

/** Writes an INTEGER in the shortest form, as DER requires. @returns where it ends */
function writeInteger(der: Uint8Array, at: number, value: Uint8Array): number {
  let zeros = 0
  while (zeros < HALF - 1 && value[zeros] === 0) zeros++
  const sign = (value[zeros] as number) >= 0x80 ? 1 : 0
  der[at] = INTEGER
  der[at + 1] = HALF - zeros + sign
  der.set(zeros === 0 ? value : value.subarray(zeros), at + 2 + sign)
  return at + 2 + sign + HALF - zeros
}

/**
 * The public key of a credential's certificate. The verifier trusts nothing else in the certificate: TrustRegistry
 * decides whether the key may sign cards, and a certificate chain would add nothing (docs/decisions/060).
 */
import { importP256Spki } from '#crypto'
import type { P256PublicKey } from '../lib/crypto.ts'
import { wrongEncoding, wrongLength } from '../lib/parse-error.ts'

const MAX_CERTIFICATE = 8192
const SEQUENCE = 0x30
const VERSION = 0xa0

/**
 * @param der an X.509 certificate (RFC 5280 §4.1)
 * @throws {ParseError} if it is not a certificate, or its key is not of P-256
 */
export function certificateKey(der: Uint8Array): P256PublicKey {
  if (der.length > MAX_CERTIFICATE) throw wrongLength('certificate', `at most ${MAX_CERTIFICATE} bytes`, der.length)
  const certificate = new DerReader(der)
  const outer = certificate.enter(SEQUENCE)
  certificate.end()
  const tbs = outer.enter(SEQUENCE)
  if (tbs.peek() === VERSION) tbs.skip()
  // serialNumber, signature, issuer, validity, subject
  for (let i = 0; i < 5; i++) tbs.skip()
  return importP256Spki(tbs.take(SEQUENCE))
}

/**
 * Reads definite lengths in their shortest form (X.690 §10.1) and single-byte tags. The outer layers of a certificate
 * need no more.
 */
class DerReader {
  #at = 0

  constructor(private readonly bytes: Uint8Array) {}

  peek(): number | undefined {
    return this.bytes[this.#at]
  }

  end(): void {
    if (this.#at !== this.bytes.length) throw wrongEncoding('DER', 'bytes follow the value')
  }

  enter(tag: number): DerReader {
    const { value } = this.#next(tag)
    return new DerReader(value)
  }

  /** The whole element, with tag and length. */
  take(tag: number): Uint8Array {
    return this.#next(tag).element
  }

  skip(): void {
    this.#next()
  }

  #next(expected?: number): { element: Uint8Array; value: Uint8Array } {
    const start = this.#at
    const tag = this.#byte()
    if (expected !== undefined && tag !== expected) throw wrongEncoding('DER', 'an unexpected tag')
    const length = this.#length()
    const from = this.#at
    if (length > this.bytes.length - from) throw wrongEncoding('DER', 'a length beyond the end')
    this.#at = from + length
    return { element: this.bytes.subarray(start, this.#at), value: this.bytes.subarray(from, this.#at) }
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    const count = first & 0x7f
    if (count === 0 || count > 2) throw wrongEncoding('DER', 'an unacceptable length')
    let length = 0
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte()
    if (length < 0x80 || (count === 2 && length < 0x100))
      throw wrongEncoding('DER', 'a length that is not in its shortest form')
    return length
  }

  #byte(): number {
    const byte = this.bytes[this.#at++]
    if (byte === undefined) throw wrongEncoding('DER', 'it ends too early')
    return byte
  }
}

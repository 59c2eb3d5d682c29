import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { concat, fromBase64url, readU32be, toBase64url, u32be } from '../../../lib/bytes.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock } from '../../../lib/time.ts'

const RANDOM = 12
const TAG = 16
const LENGTH = Math.ceil(((4 + RANDOM + TAG) * 4) / 3)

/**
 * Nonces that contain their time and an authentication code, so that they need not be stored: time ‖ random ‖
 * HMAC-SHA256/128, base64url. They cannot be predicted without the key. A nonce is valid for `lifetime` seconds, and this
 * class does not limit how often it is used.
 */
export class Nonces {
  readonly #key: KeyObject

  constructor(
    key: Uint8Array,
    /** Seconds. */
    readonly lifetime: number,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#key = createSecretKey(key)
  }

  create(): string {
    const body = concat(u32be(this.clock()), this.random(RANDOM))
    return toBase64url(concat(body, this.#tag(body)))
  }

  /** Whether the nonce was created here within the last `lifetime` seconds. */
  check(nonce: string): boolean {
    if (nonce.length !== LENGTH) return false
    let bytes: Uint8Array
    try {
      bytes = fromBase64url(nonce)
    } catch (error) {
      if (error instanceof ParseError) return false
      throw error
    }
    const body = bytes.subarray(0, 4 + RANDOM)
    if (!timingSafeEqual(this.#tag(body), bytes.subarray(4 + RANDOM))) return false
    const age = this.clock() - readU32be(body)
    return age >= 0 && age < this.lifetime
  }

  #tag(body: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#key).update(body).digest().subarray(0, TAG)
  }
}

/**
 * The challenges that passkeys sign. Each is for one purpose and used once.
 *
 *   challenge = uint64be time of its end ‖ 16 random bytes ‖ first 24 bytes of HMAC-SHA256(key, the first 24 bytes ‖ purpose)
 *
 * The key is made at the start and is in memory only, so a restart ends all challenges. Nothing is stored for a challenge
 * that nobody signed: anyone may ask for one, and whoever asks for very many must not end those of others.
 */
import { createHmac } from 'node:crypto'
import { equalSecret } from '../../keys/secret.ts'
import { concat, fromBase64url, readU64be, toBase64url, u64be, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../lib/time.ts'

const LIFETIME = 5 * MINUTE
const PART = 24

export class Challenges {
  readonly #key: Uint8Array
  /** Used ones, with the time of their end. */
  readonly #used = new Map<string, UnixSeconds>()

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#key = random(32)
  }

  create(purpose: string): Uint8Array<ArrayBuffer> {
    const facts = concat(u64be(this.clock() + LIFETIME), this.random(16))
    return new Uint8Array(concat(facts, this.#mac(facts, purpose)))
  }

  /**
   * Uses up the challenge.
   * @returns whether it was made for this purpose, is not expired and was not used before
   * @throws {ParseError} if it is not base64url
   */
  take(challenge: string, purpose: string): boolean {
    const bytes = fromBase64url(challenge)
    if (bytes.length !== 2 * PART) return false
    const facts = bytes.subarray(0, PART)
    if (!equalSecret(toBase64url(bytes.subarray(PART)), toBase64url(this.#mac(facts, purpose)))) return false
    const now = this.clock()
    for (const [used, until] of this.#used) if (now >= until) this.#used.delete(used)
    const until = Number(readU64be(facts))
    if (now >= until || this.#used.has(challenge)) return false
    this.#used.set(challenge, until)
    return true
  }

  #mac(facts: Uint8Array, purpose: string): Uint8Array {
    return createHmac('sha256', this.#key).update(facts).update(utf8(purpose)).digest().subarray(0, PART)
  }
}

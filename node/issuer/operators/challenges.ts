import { toBase64url } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../lib/time.ts'

const LIFETIME = 5 * MINUTE
/** Anyone may ask for a challenge. The oldest are forgotten first, so a flood costs little memory and no more. */
const MAX = 10_000

/** The challenges that passkeys sign. Each is for one purpose, used once, and forgotten at a restart. */
export class Challenges {
  readonly #open = new Map<string, { readonly purpose: string; readonly expiresAt: UnixSeconds }>()

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  create(purpose: string): Uint8Array<ArrayBuffer> {
    const challenge = new Uint8Array(this.random(32))
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < MAX) break
      this.#open.delete(oldest)
    }
    this.#open.set(toBase64url(challenge), { purpose, expiresAt: this.clock() + LIFETIME })
    return challenge
  }

  /** Uses up the challenge. True if it was made for this purpose, is not expired and was not used before. */
  take(challenge: string, purpose: string): boolean {
    const found = this.#open.get(challenge)
    this.#open.delete(challenge)
    return found !== undefined && found.purpose === purpose && this.clock() < found.expiresAt
  }
}

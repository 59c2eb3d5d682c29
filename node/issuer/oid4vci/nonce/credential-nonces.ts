import type { Random } from '../../../lib/random.ts'
import type { Clock } from '../../../lib/time.ts'
import { ReplayGuard } from '../dpop/replay-guard.ts'
import { Nonces } from './nonces.ts'

/** Seconds between the request for a c_nonce and the key proof, in which the holder may have to unlock the phone. */
const LIFETIME = 5 * 60

/**
 * The `c_nonce`s of key proofs (OpenID4VCI 1.0 §7), each valid for one credential request. Their key survives a restart,
 * unlike that of the DPoP nonces, because few wallets retry when a c_nonce is refused. The list of used nonces does not
 * survive a restart. A nonce that was used before gives at most the same credential again, for the same token and key.
 */
export class CredentialNonces {
  #nonces: Nonces
  readonly #used: ReplayGuard

  constructor(
    key: Uint8Array,
    clock: Clock,
    random: Random,
    /** The number of nonces used in one lifetime; about 25 bytes each. */
    capacity = 200_000,
  ) {
    this.#nonces = new Nonces(key, LIFETIME, clock, random)
    this.#used = new ReplayGuard(LIFETIME, capacity, clock, random, () => {
      this.#nonces = new Nonces(random(32), LIFETIME, clock, random)
    })
  }

  create(): string {
    return this.#nonces.create()
  }

  /** Whether the nonce was created here and is not too old. It may already be used. */
  check(nonce: string): boolean {
    return this.#nonces.check(nonce)
  }

  /** Marks all nonces of a request as used. Call it after all other checks. False if one was used before. */
  use(nonces: ReadonlySet<string>): boolean {
    return [...nonces].every(nonce => this.#used.first(nonce))
  }
}

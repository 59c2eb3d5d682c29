import type { Random } from '../../../lib/random.ts'
import type { Clock } from '../../../lib/time.ts'
import { ReplayGuard } from '../dpop/replay-guard.ts'
import { Nonces } from './nonces.ts'

/** Seconds between asking for a c_nonce and sending the key proof: a holder unlocks the phone meanwhile. */
const LIFETIME = 5 * 60

/**
 * The `c_nonce`s of key proofs (OpenID4VCI 1.0 §7), each good for one credential request. Their key survives a restart,
 * unlike that of the DPoP nonces: few wallets retry when a c_nonce is refused. The memory of the used ones does not;
 * one used before a restart gives at most the same credential again, to the same token and key.
 */
export class CredentialNonces {
  #nonces: Nonces
  readonly #used: ReplayGuard

  constructor(
    key: Uint8Array,
    clock: Clock,
    random: Random,
    /** Used in one lifetime; about 100 bytes each. */
    capacity = 200_000,
  ) {
    this.#nonces = new Nonces(key, LIFETIME, clock, random)
    this.#used = new ReplayGuard(LIFETIME, capacity, clock, () => {
      this.#nonces = new Nonces(random(32), LIFETIME, clock, random)
    })
  }

  create(): string {
    return this.#nonces.create()
  }

  /** Made here and not too old; it may be used already. */
  check(nonce: string): boolean {
    return this.#nonces.check(nonce)
  }

  /** To be called with all of a request's at once, when nothing else is wrong with it. False: one was used before. */
  use(nonces: ReadonlySet<string>): boolean {
    return [...nonces].every(nonce => this.#used.first(nonce))
  }
}

import { MINUTE, type UnixSeconds } from '../../../../lib/time.ts'
import { walletError } from '../errors.ts'
import type { Touch } from '../wallet.ts'

const LIFETIME = MINUTE

/** The passkey verified its user. Holds the authenticator's secret until it is spent, and serves one act. */
export class VerifiedTouch implements Touch {
  #prf: Uint8Array | null
  #spent = false

  constructor(
    readonly at: UnixSeconds,
    prf: Uint8Array | null,
  ) {
    this.#prf = prf
  }

  /**
   * Runs one act with the secret, which is overwritten afterwards.
   * @throws {WalletError} WALLET_TOUCH_SPENT
   */
  static async spend<T>(touch: Touch, now: UnixSeconds, act: (prf: Uint8Array | null) => Promise<T>): Promise<T> {
    if (!(touch instanceof VerifiedTouch) || touch.#spent || now - touch.at > LIFETIME || now < touch.at - LIFETIME) {
      throw walletError(
        { code: 'WALLET_TOUCH_SPENT' },
        'This check of the passkey was used or is too old. Check it again.',
      )
    }
    touch.#spent = true
    const prf = touch.#prf
    touch.#prf = null
    try {
      return await act(prf)
    } finally {
      prf?.fill(0)
    }
  }
}

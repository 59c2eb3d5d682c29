/**
 * The ceremonies of WebAuthn for locking a phone from elsewhere. The passkey belongs to the origin of the wallet, where both the
 * wallet and the page for locking are; so its RP ID is the host of that origin.
 * Why: docs/decisions/194.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { sha256 } from '#crypto'
import { utf8 } from '../../../lib/bytes.ts'
import type { Challenges } from '../../operators/challenges.ts'
import { type Passkey, PasskeyCeremonies } from '../../operators/passkey-ceremonies.ts'
import { LockError } from './errors.ts'
import type { LockMeansTable } from './lock-means.ts'

export interface LockPasskeysOptions {
  readonly means: LockMeansTable
  readonly challenges: Challenges
  /** The origin of the wallet, and of the page for locking. */
  readonly walletUrl: string
}

const NAME = '분실 잠금 Lock a lost phone'

/** What a passkey signs: that its holder is there, or that they agree to a change of this phone's means. */
type Purpose = 'lock' | `change ${string}`

export class LockPasskeys {
  readonly #ceremonies: PasskeyCeremonies

  constructor(private readonly options: LockPasskeysOptions) {
    this.#ceremonies = new PasskeyCeremonies(options.walletUrl, options.challenges)
  }

  /** @param phone thumbprint of the wallet's DPoP key */
  creationOptions(phone: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    // A hash: another site that reads the handle learns nothing of the wallet's key.
    const handle = new Uint8Array(sha256(utf8(`lock ${phone}`)).slice(0, 16))
    const { passkeys } = this.options.means.of(phone)
    return this.#ceremonies.creationOptions(`register ${phone}`, { rpName: NAME, name: NAME, handle }, passkeys)
  }

  /** @throws {LockError} LOCK_MEANS_REFUSED */
  async verifyCreation(phone: string, response: RegistrationResponseJSON): Promise<Passkey> {
    try {
      return await this.#ceremonies.verifyCreation(`register ${phone}`, response)
    } catch (cause) {
      throw notTaken('passkey', cause)
    }
  }

  /** For anybody: the passkey itself says whose it is, so no line can be searched here. */
  lockOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.#requestOptions('lock')
  }

  /** Null if the phone has no passkey yet. */
  async consentOptions(phone: string): Promise<PublicKeyCredentialRequestOptionsJSON | null> {
    const { passkeys } = this.options.means.of(phone)
    return passkeys.length === 0 ? null : this.#requestOptions(`change ${phone}`, passkeys)
  }

  /** Proves that the holder of a phone is there. Undefined if the response is not one of a known passkey, or is wrong. */
  verifyLock(response: AuthenticationResponseJSON): Promise<ProvedPasskey | undefined> {
    return this.#verify(response, 'lock')
  }

  /** @throws {LockError} LOCK_MEANS_REFUSED */
  async verifyConsent(phone: string, response: AuthenticationResponseJSON): Promise<ProvedPasskey> {
    const proved = await this.#verify(response, `change ${phone}`)
    if (proved?.phone !== phone) throw notTaken('consent')
    return proved
  }

  #requestOptions(purpose: Purpose, passkeys?: readonly Passkey[]): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.#ceremonies.requestOptions(purpose, passkeys)
  }

  async #verify(response: AuthenticationResponseJSON, purpose: Purpose): Promise<ProvedPasskey | undefined> {
    const { means } = this.options
    const phone = means.phoneOfPasskey(response.id)
    const passkey = phone === undefined ? undefined : means.of(phone).passkeys.find(({ id }) => id === response.id)
    if (phone === undefined || !passkey) return undefined
    try {
      return { phone, id: passkey.id, counter: await this.#ceremonies.verify(purpose, response, passkey) }
    } catch {
      // The library throws for whatever is wrong, and its messages may repeat what was sent.
      return undefined
    }
  }
}

export interface ProvedPasskey {
  readonly phone: string
  readonly id: string
  readonly counter: number
}

const notTaken = (reason: 'passkey' | 'consent', cause?: unknown): LockError =>
  new LockError(
    { code: 'LOCK_MEANS_REFUSED', reason },
    reason === 'passkey'
      ? 'The passkey was not taken: the request was too old, or it does not verify its user. Try again.'
      : 'The passkey of this phone has to agree to a change. Try again, and confirm with the passkey for locking.',
    { cause },
  )

/**
 * The ceremonies of WebAuthn for locking a phone from elsewhere. The passkey belongs to the origin of the wallet, where both the
 * wallet and the page for locking are; so its RP ID is the host of that origin.
 * Why: docs/decisions/194.
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { sha256 } from '#crypto'
import { fromBase64url, toBase64url, utf8 } from '../../../lib/bytes.ts'
import type { Challenges } from '../../operators/challenges.ts'
import { LockError } from './errors.ts'
import type { LockMeansTable, LockPasskey } from './lock-means.ts'

export interface LockPasskeysOptions {
  readonly means: LockMeansTable
  readonly challenges: Challenges
  /** The origin of the wallet, and of the page for locking. */
  readonly walletUrl: string
}

/** ES256, EdDSA, and RS256 for Windows Hello. */
const ALGORITHMS = [-7, -8, -257]
const NAME = '분실 잠금 Lock a lost phone'

/** What a passkey signs: that its holder is there, or that they agree to a change of this phone's means. */
type Purpose = 'lock' | `change ${string}`

export class LockPasskeys {
  readonly #rpId: string

  constructor(private readonly options: LockPasskeysOptions) {
    this.#rpId = new URL(options.walletUrl).hostname
  }

  /** @param phone thumbprint of the wallet's DPoP key */
  creationOptions(phone: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { means, challenges } = this.options
    return generateRegistrationOptions({
      rpName: NAME,
      rpID: this.#rpId,
      userName: NAME,
      userDisplayName: NAME,
      // A hash: another site that reads the handle learns nothing of the wallet's key.
      userID: new Uint8Array(sha256(utf8(`lock ${phone}`)).slice(0, 16)),
      challenge: challenges.create(`register ${phone}`),
      attestationType: 'none',
      excludeCredentials: means.of(phone).passkeys.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    })
  }

  /** @throws {LockError} LOCK_MEANS_REFUSED */
  async verifyCreation(phone: string, response: RegistrationResponseJSON): Promise<LockPasskey> {
    const { challenges, walletUrl } = this.options
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge => challenges.take(challenge, `register ${phone}`),
      expectedOrigin: walletUrl,
      expectedRPID: this.#rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch(cause => {
      throw notTaken('passkey', cause)
    })
    if (!verified || !registrationInfo) throw notTaken('passkey')
    const { credential } = registrationInfo
    return { id: credential.id, publicKey: toBase64url(credential.publicKey), counter: credential.counter }
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

  /**
   * @returns the phone of the passkey, and its counter; undefined if the response proves nothing
   */
  verifyLock(response: AuthenticationResponseJSON): Promise<ProvedPasskey | undefined> {
    return this.#verify(response, 'lock')
  }

  /** @throws {LockError} LOCK_MEANS_REFUSED */
  async verifyConsent(phone: string, response: AuthenticationResponseJSON): Promise<ProvedPasskey> {
    const proved = await this.#verify(response, `change ${phone}`)
    if (proved?.phone !== phone) throw notTaken('consent')
    return proved
  }

  #requestOptions(purpose: Purpose, passkeys?: readonly LockPasskey[]): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.#rpId,
      challenge: this.options.challenges.create(purpose),
      userVerification: 'required',
      ...(passkeys && { allowCredentials: passkeys.map(({ id }) => ({ id })) }),
    })
  }

  async #verify(response: AuthenticationResponseJSON, purpose: Purpose): Promise<ProvedPasskey | undefined> {
    const { means, challenges, walletUrl } = this.options
    const phone = means.phoneOfPasskey(response.id)
    const passkey = phone === undefined ? undefined : means.of(phone).passkeys.find(({ id }) => id === response.id)
    if (phone === undefined || !passkey) return undefined
    const { id, publicKey, counter } = passkey
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge => challenges.take(challenge, purpose),
        expectedOrigin: walletUrl,
        expectedRPID: this.#rpId,
        credential: { id, publicKey: new Uint8Array(fromBase64url(publicKey)), counter },
        requireUserVerification: true,
      })
      return verified ? { phone, id, counter: authenticationInfo.newCounter } : undefined
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

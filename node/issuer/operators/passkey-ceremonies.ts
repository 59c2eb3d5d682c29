/**
 * The ceremonies of WebAuthn Level 3 at one origin, whose host is the RP ID: of operators (passkeys.ts), and of holders who lock a
 * phone (loss/lock/lock-passkeys.ts). The authenticator verifies its user (by PIN or biometrics) each time, and stores the account
 * itself (a discoverable credential).
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
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import type { Challenges } from './challenges.ts'

/** The public half of a passkey. */
export interface Passkey {
  /** The credential id, base64url. */
  readonly id: string
  /** COSE, base64url. */
  readonly publicKey: string
  /** How often the authenticator says it signed. Passkeys that are synchronised always say 0. */
  readonly counter: number
}

/** What the authenticator shows and stores with a new passkey. */
export interface PasskeyAccount {
  readonly rpName: string
  readonly name: string
  readonly handle: Uint8Array<ArrayBuffer>
}

/** ES256, EdDSA, and RS256 for Windows Hello. */
const ALGORITHMS = [-7, -8, -257]

export class PasskeyCeremonies {
  readonly #rpId: string

  constructor(
    private readonly origin: string,
    private readonly challenges: Challenges,
  ) {
    this.#rpId = new URL(origin).hostname
  }

  /**
   * @param purpose of the challenge: the response counts for nothing else
   * @param existing passkeys of which the authenticator may have none
   */
  creationOptions(
    purpose: string,
    { rpName, name, handle }: PasskeyAccount,
    existing?: readonly Passkey[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return generateRegistrationOptions({
      rpName,
      rpID: this.#rpId,
      userName: name,
      userDisplayName: name,
      userID: handle,
      challenge: this.challenges.create(purpose),
      attestationType: 'none',
      ...(existing && { excludeCredentials: existing.map(({ id }) => ({ id })) }),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    })
  }

  /** @throws {Error} for whatever is wrong. Its message may repeat what was sent: use it as a cause only */
  async verifyCreation(purpose: string, response: RegistrationResponseJSON): Promise<Passkey> {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge => this.challenges.take(challenge, purpose),
      expectedOrigin: this.origin,
      expectedRPID: this.#rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified || !registrationInfo) throw new Error('the passkey is not verified')
    const { credential } = registrationInfo
    return { id: credential.id, publicKey: toBase64url(credential.publicKey), counter: credential.counter }
  }

  /** @param passkeys one of which has to answer; any that the authenticator has for this origin if it is not given */
  requestOptions(purpose: string, passkeys?: readonly Passkey[]): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.#rpId,
      challenge: this.challenges.create(purpose),
      userVerification: 'required',
      ...(passkeys && { allowCredentials: passkeys.map(({ id }) => ({ id })) }),
    })
  }

  /**
   * @returns the new counter
   * @throws {Error} as `verifyCreation` does
   */
  async verify(
    purpose: string,
    response: AuthenticationResponseJSON,
    { id, publicKey, counter }: Passkey,
  ): Promise<number> {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge => this.challenges.take(challenge, purpose),
      expectedOrigin: this.origin,
      expectedRPID: this.#rpId,
      credential: { id, publicKey: new Uint8Array(fromBase64url(publicKey)), counter },
      requireUserVerification: true,
    })
    if (!verified) throw new Error('the response is not verified')
    return authenticationInfo.newCounter
  }
}

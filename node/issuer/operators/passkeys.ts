/**
 * The ceremonies of WebAuthn Level 3: enrolment, sign-in and a fresh touch. The authenticator must verify its user (by PIN
 * or biometrics) each time, and stores the account itself (a discoverable credential), so nobody types a name.
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
import type { Accounts } from './accounts.ts'
import type { Challenges } from './challenges.ts'
import { OperatorError } from './errors.ts'
import type { Operator, Passkey } from './operator.ts'

export interface PasskeysOptions {
  readonly accounts: Accounts
  readonly challenges: Challenges
  readonly operatorUrl: string
  /** The name of this authority, which the authenticator shows. */
  readonly name: string
}

/** ES256, EdDSA, and RS256 for Windows Hello. */
const ALGORITHMS = [-7, -8, -257]
const SIGN_IN = 'sign-in'

export interface SignedIn {
  readonly operator: Operator
  readonly counter: number
}

export class Passkeys {
  readonly #rpId: string

  constructor(private readonly options: PasskeysOptions) {
    this.#rpId = new URL(options.operatorUrl).hostname
  }

  enrolmentOptions({ id, name }: Operator): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return generateRegistrationOptions({
      rpName: this.options.name,
      rpID: this.#rpId,
      userName: name,
      userDisplayName: name,
      userID: new Uint8Array(fromBase64url(id)),
      challenge: this.options.challenges.create(enrolmentOf(id)),
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    })
  }

  /** @throws {OperatorError} OPERATOR_PASSKEY_REFUSED */
  async verifyEnrolment({ id }: Operator, response: RegistrationResponseJSON): Promise<Passkey> {
    const { verified, registrationInfo } = await refusing(() =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: challenge => this.options.challenges.take(challenge, enrolmentOf(id)),
        expectedOrigin: this.options.operatorUrl,
        expectedRPID: this.#rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    )
    if (!verified || !registrationInfo) throw refused()
    const { credential } = registrationInfo
    return { id: credential.id, publicKey: toBase64url(credential.publicKey), counter: credential.counter }
  }

  signInOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.#requestOptions(SIGN_IN)
  }

  /** @throws {OperatorError} OPERATOR_PASSKEY_REFUSED */
  verifySignIn(response: AuthenticationResponseJSON): Promise<SignedIn> {
    return this.#verify(response, SIGN_IN)
  }

  touchOptions({ id, passkey }: Operator): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.#requestOptions(touchOf(id), passkey)
  }

  /** @throws {OperatorError} OPERATOR_PASSKEY_REFUSED, also for the passkey of another operator */
  async verifyTouch({ id }: Operator, response: AuthenticationResponseJSON): Promise<SignedIn> {
    const signedIn = await this.#verify(response, touchOf(id))
    if (signedIn.operator.id !== id) throw refused()
    return signedIn
  }

  #requestOptions(purpose: string, passkey?: Passkey | null): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.#rpId,
      challenge: this.options.challenges.create(purpose),
      userVerification: 'required',
      ...(passkey && { allowCredentials: [{ id: passkey.id }] }),
    })
  }

  async #verify(response: AuthenticationResponseJSON, purpose: string): Promise<SignedIn> {
    const operator = this.options.accounts.byPasskey(response.id)
    if (!operator?.passkey) throw refused()
    const { id, publicKey, counter } = operator.passkey
    const { userHandle } = response.response
    if (userHandle !== undefined && userHandle !== operator.id) throw refused()
    const { verified, authenticationInfo } = await refusing(() =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge => this.options.challenges.take(challenge, purpose),
        expectedOrigin: this.options.operatorUrl,
        expectedRPID: this.#rpId,
        credential: { id, publicKey: new Uint8Array(fromBase64url(publicKey)), counter },
        requireUserVerification: true,
      }),
    )
    if (!verified) throw refused()
    return { operator, counter: authenticationInfo.newCounter }
  }
}

const enrolmentOf = (operator: string) => `enrol ${operator}`
const touchOf = (operator: string) => `touch ${operator}`

/** The library throws for whatever is wrong. Its messages may repeat what was sent, so they are only the cause. */
async function refusing<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (cause) {
    throw refused(cause)
  }
}

const refused = (cause?: unknown): OperatorError =>
  new OperatorError(
    { code: 'OPERATOR_PASSKEY_REFUSED' },
    'This passkey is not accepted: it belongs to no active operator, or the request was too old. Try again. If it stays ' +
      'so, ask an administrator for a new invitation.',
    { cause },
  )

/** The passkeys of operators: enrolment, sign-in and a fresh touch. The authenticator stores the account, so nobody types a name. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { fromBase64url } from '../../lib/bytes.ts'
import type { Accounts } from './accounts.ts'
import type { Challenges } from './challenges.ts'
import { OperatorError } from './errors.ts'
import type { Operator } from './operator.ts'
import { type Passkey, PasskeyCeremonies } from './passkey-ceremonies.ts'

export interface PasskeysOptions {
  readonly accounts: Accounts
  readonly challenges: Challenges
  readonly operatorUrl: string
  /** The name of this authority, which the authenticator shows. */
  readonly name: string
}

const SIGN_IN = 'sign-in'

export interface SignedIn {
  readonly operator: Operator
  readonly counter: number
}

export class Passkeys {
  readonly #ceremonies: PasskeyCeremonies

  constructor(private readonly options: PasskeysOptions) {
    this.#ceremonies = new PasskeyCeremonies(options.operatorUrl, options.challenges)
  }

  enrolmentOptions({ id, name }: Operator): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const account = { rpName: this.options.name, name, handle: new Uint8Array(fromBase64url(id)) }
    return this.#ceremonies.creationOptions(enrolmentOf(id), account)
  }

  /** @throws {OperatorError} OPERATOR_PASSKEY_REFUSED */
  verifyEnrolment({ id }: Operator, response: RegistrationResponseJSON): Promise<Passkey> {
    return refusing(() => this.#ceremonies.verifyCreation(enrolmentOf(id), response))
  }

  signInOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.#ceremonies.requestOptions(SIGN_IN)
  }

  /** @throws {OperatorError} OPERATOR_PASSKEY_REFUSED */
  verifySignIn(response: AuthenticationResponseJSON): Promise<SignedIn> {
    return this.#verify(response, SIGN_IN)
  }

  touchOptions({ id, passkey }: Operator): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.#ceremonies.requestOptions(touchOf(id), passkey ? [passkey] : undefined)
  }

  /** @throws {OperatorError} OPERATOR_PASSKEY_REFUSED, also for the passkey of another operator */
  async verifyTouch({ id }: Operator, response: AuthenticationResponseJSON): Promise<SignedIn> {
    const signedIn = await this.#verify(response, touchOf(id))
    if (signedIn.operator.id !== id) throw refused()
    return signedIn
  }

  async #verify(response: AuthenticationResponseJSON, purpose: string): Promise<SignedIn> {
    const operator = this.options.accounts.byPasskey(response.id)
    if (!operator?.passkey) throw refused()
    const { passkey } = operator
    const { userHandle } = response.response
    if (userHandle !== undefined && userHandle !== operator.id) throw refused()
    const counter = await refusing(() => this.#ceremonies.verify(purpose, response, passkey))
    return { operator, counter }
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
